using System.Text;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Dht;

public sealed class DhtMachineTests
{
    private static readonly byte[] s_seed = [.. Enumerable.Repeat((byte)7, 32)];

    private static ReadOnlySpan<byte> Value => "5:hello"u8;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void item_put_by_one_is_found_by_another(int lossPercent)
    {
        DhtWorld world = new(1) { LossPercent = lossPercent };
        List<DhtMachine> nodes = world.AddMany(60);
        world.Run(TimeSpan.FromSeconds(60));
        Assert.All(nodes, node => Assert.InRange(node.CountOf(false), 5, 160));

        long put = nodes[3].BeginPut(world.Now, DhtItem.Sign(s_seed, "s"u8, 1, Value));
        world.Run(TimeSpan.FromSeconds(30));
        DhtEvent.Ended ended = Assert.Single(world.Events.Select(entry => entry.Event).OfType<DhtEvent.Ended>(), e => e.Operation == put);
        Assert.InRange(ended.Stored, 4, 8);

        long get = nodes[50].BeginGet(world.Now, DhtItem.Sign(s_seed, "s"u8, 1, Value).PublicKey, "s"u8);
        world.Run(TimeSpan.FromSeconds(30));
        DhtItem found = Assert.Single(world.Events.Where(entry => entry.Node == nodes[50]).Select(entry => entry.Event).OfType<DhtEvent.ItemFound>(), e => e.Operation == get).Item;
        Assert.True(found.Value.SequenceEqual(Value));
    }

    [Fact]
    public void newer_item_replaces_older_and_never_the_other_way()
    {
        DhtWorld world = new(2);
        List<DhtMachine> nodes = world.AddMany(20);
        world.Run(TimeSpan.FromSeconds(60));
        nodes[1].BeginPut(world.Now, DhtItem.Sign(s_seed, default, 5, "3:new"u8));
        world.Run(TimeSpan.FromSeconds(20));
        long stale = nodes[2].BeginPut(world.Now, DhtItem.Sign(s_seed, default, 4, "3:old"u8));
        world.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(0, world.Events.Select(e => e.Event).OfType<DhtEvent.Ended>().Single(e => e.Operation == stale && world.Events.Any(x => x.Node == nodes[2] && x.Event == e)).Stored);
        Assert.Contains(world.Events, e => e.Node == nodes[2] && e.Event is DhtEvent.ItemFound { Item.Sequence: 5 });
    }

    [Fact]
    public void announced_peers_are_found()
    {
        DhtWorld world = new(3);
        List<DhtMachine> nodes = world.AddMany(30);
        world.Run(TimeSpan.FromSeconds(60));
        DhtId hash = new(Encoding.ASCII.GetBytes("01234567890123456789"));
        nodes[4].BeginGetPeers(world.Now, hash, 6881);
        world.Run(TimeSpan.FromSeconds(20));
        nodes[9].BeginGetPeers(world.Now, hash);
        world.Run(TimeSpan.FromSeconds(20));
        Assert.Contains(world.Events, e => e.Node == nodes[9] && e.Event is DhtEvent.PeersFound found && found.Peers.Any(peer => peer.ToString() == "198.51.4.1:6881"));
    }

    [Fact]
    public void ids_come_to_fit_the_address_that_others_see()
    {
        DhtWorld world = new(4);
        List<DhtMachine> nodes = world.AddMany(20);
        world.Run(TimeSpan.FromMinutes(5));
        int fitting = Enumerable.Range(0, 20).Count(i => NodeIdRule.Fits(nodes[i].IdOf(false), Addresses.Of($"198.51.{i}.1")));
        Assert.Equal(20, fitting);
        Assert.Contains(world.Events, e => e.Event is DhtEvent.AddressSeen);
    }

    [Fact]
    public void read_only_node_asks_and_does_not_answer()
    {
        DhtWorld world = new(5);
        List<DhtMachine> nodes = world.AddMany(15);
        Assert.True(InternetEndpoint.TryParse("198.51.0.1:6881", out InternetEndpoint first));
        DhtMachine quiet = world.Add("192.0.2.9:5484", new DhtOptions { IsReadOnly = true, Bootstrap = [first] });
        world.Run(TimeSpan.FromSeconds(60));
        Assert.True(quiet.CountOf(false) >= 8);
        Assert.All(nodes, node => Assert.DoesNotContain(node.CopyContacts(), contact => contact.Endpoint.ToString() == "192.0.2.9:5484"));
        world.Send("198.51.3.1:6881", quiet, Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"));
        Assert.Empty(world.Take(quiet));
    }

    [Fact]
    public void published_ping_is_answered()
    {
        // BEP 5, "ping".
        DhtWorld world = new(6);
        DhtMachine node = world.Add("198.51.0.1:6881", new DhtOptions { UseIPv6 = false });
        world.Send("192.0.2.1:7000", node, Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"));
        List<byte[]> answers = world.Take(node);
        Assert.True(KrpcMessage.TryDecode(answers[0], out KrpcMessage answer));
        Assert.Equal(KrpcKind.Response, answer.Kind);
        Assert.True(answer.Transaction.SequenceEqual("aa"u8));
        Assert.Equal("192.0.2.1:7000", answer.Observed.ToString());
        Assert.Equal(node.IdOf(false), answer.Sender);
    }

    [Theory]
    [InlineData("d1:ad2:id20:abcdefghij0123456789e1:q4:what1:t2:aa1:y1:qe", 204)]
    [InlineData("d1:ad2:id20:abcdefghij0123456789e1:q9:find_node1:t2:aa1:y1:qe", 203)]
    [InlineData("d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe", 203)]
    [InlineData("d1:ad2:id20:abcdefghij01234567895:token8:aoeusnth1:v1:xe1:q3:put1:t2:aa1:y1:qe", 203)]
    public void wrong_queries_are_refused(string query, int code)
    {
        DhtWorld world = new(7);
        DhtMachine node = world.Add("198.51.0.1:6881");
        world.Send("192.0.2.1:7000", node, Encoding.ASCII.GetBytes(query));
        Assert.True(KrpcMessage.TryDecode(world.Take(node)[0], out KrpcMessage answer));
        Assert.Equal(code, answer.ErrorCode);
    }

    [Fact]
    public void nobody_gets_more_answers_a_second_than_allowed()
    {
        DhtWorld world = new(8);
        DhtMachine node = world.Add("198.51.0.1:6881");
        byte[] ping = Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe");
        int answered = 0;
        for (int i = 0; i < 500; i++)
        {
            world.Send($"192.0.2.{i % 250}:7000", node, ping);
            answered += world.Take(node).Count(bytes => KrpcMessage.TryDecode(bytes, out KrpcMessage m) && m.Kind == KrpcKind.Response);
        }

        Assert.Equal(DhtLimits.AnswersPerSecondPerSourceMax, answered);
        for (int i = 0; i < 2000; i++)
        {
            world.Send($"100.{i / 250}.{i % 250}.1:7000", node, ping);
            answered += world.Take(node).Count(bytes => KrpcMessage.TryDecode(bytes, out KrpcMessage m) && m.Kind == KrpcKind.Response);
        }

        Assert.Equal(DhtLimits.AnswersPerSecondMax, answered);
    }

    [Fact]
    public void dead_nodes_leave_the_table()
    {
        DhtWorld world = new(9);
        List<DhtMachine> nodes = world.AddMany(12);
        world.Run(TimeSpan.FromSeconds(60));
        DhtMachine gone = nodes[7];
        world.Remove(gone);
        world.Run(TimeSpan.FromMinutes(40));
        Assert.All(nodes.Where(node => node != gone), node => Assert.DoesNotContain(node.CopyContacts(), contact => contact.Endpoint.ToString() == "198.51.7.1:6881"));
    }
}
