using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Routing;
using Kith.Protocol.Discovery.Dht.Storage;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;
using Kith.Tests.Tunnel;

namespace Kith.Tests.Discovery.Dht;

public sealed class RoutingTableTests
{
    private static readonly Instant s_now = new(TimeSpan.FromHours(1).Ticks);

    [Fact]
    public void one_network_gets_few_places()
    {
        SeededRandom random = new(1);
        RoutingTable table = new(default);
        for (int i = 0; i < 1000; i++)
        {
            table.HandleAnswer(s_now, Random(random, $"198.51.100.{i % 250}"));
        }

        Assert.Equal(DhtLimits.SamePrefixPerTableMax, table.Count);
        for (int i = 0; i < 1000; i++)
        {
            table.HandleAnswer(s_now, Random(random, $"2001:db8:7:{i:x}::1"));
        }

        Assert.Equal(2 * DhtLimits.SamePrefixPerTableMax, table.Count);
    }

    [Fact]
    public void buckets_are_full_at_eight_and_who_waited_takes_the_place_of_who_failed()
    {
        SeededRandom random = new(2);
        RoutingTable table = new(default);
        List<DhtContact> far = [];
        for (int i = 0; far.Count < 20; i++)
        {
            DhtContact contact = new(FarId(random), Endpoint($"100.{i}.1.1"));
            far.Add(contact);
            table.HandleAnswer(s_now, contact);
        }

        Assert.Equal(DhtLimits.BucketSize, table.Count);
        Assert.Equal(far.Take(8), table.Contacts);
        for (int i = 0; i < DhtLimits.FailuresMax; i++)
        {
            table.HandleFailure(far[0]);
        }

        Assert.Equal(DhtLimits.BucketSize, table.Count);
        Assert.DoesNotContain(far[0], table.Contacts);
        Assert.Contains(far[19], table.Contacts);
    }

    [Fact]
    public void nobody_takes_the_endpoint_or_the_id_of_another()
    {
        SeededRandom random = new(3);
        RoutingTable table = new(default);
        DhtContact first = Random(random, "100.1.1.1");
        table.HandleAnswer(s_now, first);
        table.HandleAnswer(s_now, first with { Id = FarId(random) });
        table.HandleAnswer(s_now, first with { Endpoint = Endpoint("100.2.1.1") });
        Assert.Equal([first], table.Contacts);
    }

    [Fact]
    public void closest_are_given_nearest_first()
    {
        SeededRandom random = new(4);
        RoutingTable table = new(FarId(random));
        for (int i = 0; i < 2000; i++)
        {
            table.HandleAnswer(s_now, Random(random, $"100.{i / 250}.{i % 250}.1"));
        }

        DhtId target = FarId(random);
        DhtContact[] closest = new DhtContact[8];
        Assert.Equal(8, table.CopyClosest(target, closest));
        Assert.Equal(table.Contacts.OrderBy(contact => contact.Id.DistanceTo(target)).Take(8), closest);
    }

    [Fact]
    public void stores_stay_within_their_limits()
    {
        SeededRandom random = new(5);
        PeerStore peers = new();
        ItemStore items = new();
        for (int i = 0; i < 3000; i++)
        {
            peers.Add(s_now, Random(random, "100.1.1.1").Id, Endpoint("100.1.1.1"));
            peers.Add(s_now, default, Endpoint($"100.{i / 250}.{i % 250}.1"));
            items.Put(s_now, DhtItem.CreateImmutable(System.Text.Encoding.ASCII.GetBytes($"i{i}e")), null, Addresses.Of($"100.{i / 250}.{i % 250}.1"));
        }

        Assert.Equal(DhtLimits.InfoHashesMax, peers.Count);
        Assert.Equal(DhtLimits.PeersPerAnswerMax, peers.Find(default, false).Count);
        Assert.Equal(DhtLimits.ItemsMax, items.Count);
        ItemStore flooded = new();
        Assert.Equal(DhtLimits.ItemsPerSourceMax, Enumerable.Range(0, 100).Count(i =>
            flooded.Put(s_now, DhtItem.CreateImmutable(System.Text.Encoding.ASCII.GetBytes($"i{i}e")), null, Addresses.Of($"100.1.1.{i}")) is null));
        peers.Expire(s_now + DhtTimings.PeerLife);
        items.Expire(s_now + DhtTimings.ItemLife);
        Assert.Equal(0, peers.Count + items.Count);
    }

    [Fact]
    public void compare_and_swap_holds()
    {
        byte[] seed = new byte[32];
        ItemStore items = new();
        InternetAddress source = Addresses.Of("100.1.1.1");
        Assert.Null(items.Put(s_now, DhtItem.Sign(seed, default, 3, "1:a"u8), null, source));
        Assert.Equal(KrpcError.CasMismatch, items.Put(s_now, DhtItem.Sign(seed, default, 4, "1:b"u8), 2, source));
        Assert.Null(items.Put(s_now, DhtItem.Sign(seed, default, 4, "1:b"u8), 3, source));
        Assert.Equal(KrpcError.SequenceTooLow, items.Put(s_now, DhtItem.Sign(seed, default, 3, "1:a"u8), null, source));
        Assert.Equal(KrpcError.SequenceTooLow, items.Put(s_now, DhtItem.Sign(seed, default, 4, "1:c"u8), null, source));
    }

    [Fact]
    public void tokens_hold_for_their_address_and_ten_minutes()
    {
        TokenSource tokens = new(new SeededRandom(6), s_now);
        byte[] token = new byte[TokenSource.TokenBytes];
        InternetAddress address = Addresses.Of("100.1.1.1");
        tokens.Write(s_now, address, token);
        Assert.True(tokens.IsValid(s_now, address, token));
        Assert.True(tokens.IsValid(s_now + TimeSpan.FromMinutes(6), address, token));
        Assert.False(tokens.IsValid(s_now + TimeSpan.FromMinutes(6), Addresses.Of("100.1.1.2"), token));
        Assert.False(tokens.IsValid(s_now + TimeSpan.FromMinutes(12), address, token));
        Assert.False(tokens.IsValid(s_now, address, default));
    }

    private static InternetEndpoint Endpoint(string address) => new(Addresses.Of(address), 6881);

    private static DhtContact Random(SeededRandom random, string address)
    {
        byte[] id = new byte[DhtId.Length];
        random.Fill(id);
        return new DhtContact(new DhtId(id), Endpoint(address));
    }

    private static DhtId FarId(SeededRandom random)
    {
        byte[] id = new byte[DhtId.Length];
        random.Fill(id);
        id[0] |= 0x80;
        return new DhtId(id);
    }
}
