using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;
using Kith.Tests.Tunnel;

namespace Kith.Tests.Discovery.Dht;

/// <summary>Named maxima of the DHT node, reached: by those who ask it, and by those who answer it.</summary>
public sealed class DhtLimitTests
{
    private static readonly Instant s_now = new(TimeSpan.FromHours(1).Ticks);

    private readonly SeededRandom _random = new(1);
    private readonly byte[] _buffer = new byte[KrpcMessage.BytesMax];

    [Fact]
    public void bootstrap_and_saved_contacts_are_bounded()
    {
        DhtMachine node = new(new DhtOptions { UseIPv6 = false, Bootstrap = [.. Enumerable.Range(0, 200).Select(Place)] }, _random, s_now);
        node.HandleTimeout(s_now);
        Assert.Equal(DhtLimits.BootstrapMax, Take(node).Count);

        DhtMachine restarted = new(new DhtOptions { UseIPv6 = false }, _random, s_now);
        restarted.AddSaved(s_now, [.. Enumerable.Range(0, 1000).Select(Contact)]);
        Assert.Equal(DhtLimits.SavedContactsMax, Take(restarted).Count);
        Assert.Equal(DhtLimits.SavedContactsMax, SavedContacts.Decode(SavedContacts.Encode([.. Enumerable.Range(0, 1000).Select(Contact)])).Count);
    }

    [Fact]
    public void queries_under_way_are_bounded()
    {
        DhtMachine node = new(new DhtOptions { UseIPv6 = false }, _random, s_now);
        node.AddSaved(s_now, [.. Enumerable.Range(0, 200).Select(Contact)]);
        node.AddSaved(s_now, [.. Enumerable.Range(200, 200).Select(Contact)]);
        Assert.Equal(DhtLimits.TransactionsMax, Take(node).Count);
    }

    [Fact]
    public void whoever_only_asks_takes_few_of_them()
    {
        DhtMachine node = Known(8);
        int asked = 0;
        for (int i = 0; i < 400; i++)
        {
            DhtContact stranger = Contact(5000 + i);
            node.HandleDatagram(s_now, stranger.Endpoint, Query(stranger.Id));
            asked += Take(node).Count(sent => sent.Message.AsSpan().StartsWith("d1:ad2"u8));
        }

        Assert.Equal(DhtLimits.NewcomerPingsMax, asked);
        Assert.NotEqual(0, node.BeginGet(s_now, default));
    }

    [Fact]
    public void operations_under_way_are_bounded()
    {
        DhtMachine node = Known(8);
        int begun = Enumerable.Range(0, 100).Count(i => node.BeginGet(s_now, Contact(i).Id) != 0);
        Assert.Equal(DhtLimits.LookupsMax, begun);
    }

    [Fact]
    public void lookup_ends_however_many_nodes_are_named_to_it()
    {
        DhtMachine node = Known(8);
        DhtId target = Contact(77).Id;
        node.BeginGet(s_now, target);
        int named = 10_000;
        Dictionary<InternetEndpoint, DhtId> ids = [];
        int asked = 0;
        Queue<(InternetEndpoint To, byte[] Message)> waiting = new(Take(node));
        while (waiting.TryDequeue(out (InternetEndpoint To, byte[] Message) query))
        {
            asked++;
            DhtContact[] nearer = [.. Enumerable.Range(0, 30).Select(i => Beside(target, 150 - Math.Min(asked, 120), named + i))];
            named += nearer.Length;
            foreach (DhtContact contact in nearer)
            {
                ids[contact.Endpoint] = contact.Id;
            }

            node.HandleDatagram(s_now, query.To, Answer(query.Message, ids.GetValueOrDefault(query.To, IdOf(query.To)), nearer, "12345678"u8.ToArray()));
            foreach ((InternetEndpoint To, byte[] Message) next in Take(node))
            {
                waiting.Enqueue(next);
            }
        }

        Assert.Equal(DhtLimits.QueriesPerLookupMax, asked);
        Assert.Equal(DhtLimits.QueriesPerLookupMax, Ended(node).Queries);
    }

    [Fact]
    public void one_answer_brings_few_contacts_and_one_network_few_in_all()
    {
        DhtMachine node = Known(1);
        DhtId target = Contact(77).Id;
        node.BeginGet(s_now, target);
        (InternetEndpoint to, byte[] message) = Take(node).Single();
        node.HandleDatagram(s_now, to, Answer(message, IdOf(to), [.. Enumerable.Range(0, 40).Select(i => Beside(target, 100, i + 300))], null));
        Assert.InRange(TakeAll(node).Count, 1, DhtLimits.ContactsPerAnswerMax);

        node = Known(1);
        node.BeginGet(s_now, target);
        (to, message) = Take(node).Single();
        DhtContact[] neighbours = [.. Enumerable.Range(1, 8).Select(i => Fitting(new InternetEndpoint(InternetAddress.FromV4(0x64010100 + (uint)i), 6881)))];
        node.HandleDatagram(s_now, to, Answer(message, IdOf(to), neighbours, null));
        Assert.Equal(DhtLimits.SamePrefixPerTableMax, TakeAll(node).Count);
    }

    [Fact]
    public void peers_taken_from_one_lookup_are_bounded()
    {
        DhtMachine node = Known(8);
        node.BeginGetPeers(s_now, Contact(77).Id);
        int peer = 0;
        foreach ((InternetEndpoint to, byte[] message) in Take(node))
        {
            node.HandleDatagram(s_now, to, Answer(message, IdOf(to), [], null, [.. Enumerable.Range(0, 100).Select(_ => Place(20_000 + peer++))]));
        }

        Assert.True(peer > DhtLimits.PeersPerLookupMax);
        int found = 0;
        while (node.TryGetEvent(out DhtEvent? dhtEvent))
        {
            found += dhtEvent is DhtEvent.PeersFound peers ? peers.Peers.Count : 0;
        }

        Assert.Equal(DhtLimits.PeersPerLookupMax, found);
    }

    [Theory]
    [InlineData(DhtLimits.TokenBytesMax, 1)]
    [InlineData(DhtLimits.TokenBytesMax + 1, 0)]
    public void tokens_that_are_too_long_are_not_kept(int length, int writes)
    {
        DhtMachine node = Known(1);
        node.BeginPut(s_now, DhtItem.CreateImmutable("5:hello"u8));
        (InternetEndpoint to, byte[] message) = Take(node).Single();
        node.HandleDatagram(s_now, to, Answer(message, IdOf(to), [], new byte[length]));
        Assert.Equal(writes, Take(node).Count);
    }

    [Fact]
    public void sources_whose_questions_are_counted_are_bounded()
    {
        AnswerMeter meter = new();
        int answered = Enumerable.Range(0, 5000).Count(i => meter.TryTake(s_now, Place(i).Address));
        Assert.Equal(DhtLimits.AnswersPerSecondMax, answered);
        Assert.True(meter.TryTake(s_now + TimeSpan.FromSeconds(1), Place(6000).Address));
    }

    private static InternetEndpoint Place(int index) => new(InternetAddress.FromV4(0x50000001 + ((uint)index << 8)), 6881);

    private DhtContact Contact(int index) => new(IdOf(Place(index)), Place(index));

    // Nobody's id fits its address by chance, and everybody's is the same each time.
    private static DhtId IdOf(InternetEndpoint place) => NodeIdRule.Make(place.Address, new SeededRandom((int)(place.Address.V4Value >> 8)));

    private static DhtContact Fitting(InternetEndpoint place) => new(NodeIdRule.Make(place.Address, new SeededRandom(place.Port)), place);

    private static DhtContact Beside(DhtId target, int bits, int index)
    {
        DhtId id = target;
        for (int bit = DhtId.Bits - 1; bit > DhtId.Bits - 1 - 20; bit--)
        {
            id = ((index >> (DhtId.Bits - 1 - bit)) & 1) != 0 ? id.WithBitFlipped(bit) : id;
        }

        return new DhtContact(id.WithBitFlipped(DhtId.Bits - bits), Place(index));
    }

    private DhtMachine Known(int contacts)
    {
        DhtMachine node = new(new DhtOptions { UseIPv6 = false }, _random, s_now);
        node.AddSaved(s_now, [.. Enumerable.Range(0, contacts).Select(Contact)]);
        foreach ((InternetEndpoint to, byte[] message) in Take(node))
        {
            node.HandleDatagram(s_now, to, Answer(message, IdOf(to), [], null));
        }

        Assert.Equal(contacts, node.CountOf(false));
        return node;
    }

    private static DhtEvent.Ended Ended(DhtMachine node)
    {
        DhtEvent.Ended? ended = null;
        while (node.TryGetEvent(out DhtEvent? dhtEvent))
        {
            ended = dhtEvent as DhtEvent.Ended ?? ended;
        }

        return ended ?? throw new InvalidOperationException("The operation has not ended.");
    }

    private byte[] Query(DhtId self) => _buffer[..new KrpcQuery(1, self, isReadOnly: false, isV6: false).WritePing(_buffer)];

    // Everybody sees another address of ours, so that no id is made anew.
    private byte[] Answer(byte[] query, DhtId self, DhtContact[] nodes, byte[]? token, InternetEndpoint[]? peers = null)
    {
        Assert.True(KrpcMessage.TryDecode(query, out KrpcMessage message));
        KrpcAnswer.Content content = default;
        content.Nodes = nodes;
        content.Token = token;
        content.Peers = peers;
        return _buffer[..KrpcAnswer.WriteResponse(_buffer, message.Transaction, self, Place(30_000 + _random.NextBelow(10_000)), content)];
    }

    // Everything that is asked, the slow ones being passed over one after the other.
    private List<(InternetEndpoint To, byte[] Message)> TakeAll(DhtMachine node)
    {
        List<(InternetEndpoint To, byte[] Message)> all = Take(node);
        Instant now = s_now;
        for (int i = 0; i < 20; i++)
        {
            now += DhtTimings.SlowAfter;
            node.HandleTimeout(now);
            all.AddRange(Take(node).Where(sent => sent.Message.AsSpan().IndexOf("3:get"u8) >= 0));
        }

        return [.. all.DistinctBy(static sent => sent.To)];
    }

    private List<(InternetEndpoint To, byte[] Message)> Take(DhtMachine node)
    {
        List<(InternetEndpoint To, byte[] Message)> taken = [];
        byte[] buffer = new byte[KrpcMessage.BytesMax];
        while (node.TryGetTransmit(buffer, out DhtTransmit transmit))
        {
            taken.Add((transmit.Endpoint, buffer[..transmit.Length]));
        }

        return taken;
    }
}
