using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Dht;

public sealed class DhtPeekTests
{
    private static readonly byte[] s_seed = [.. Enumerable.Repeat((byte)9, 32)];

    private readonly DhtWorld _world = new(11);
    private readonly List<DhtMachine> _nodes;

    public DhtPeekTests()
    {
        _nodes = _world.AddMany(30);
        _world.Run(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void without_a_whole_lookup_before_it_nothing_is_asked()
    {
        Assert.Equal(0, _nodes[5].BeginPeek(_world.Now, Item(1).PublicKey, default, null));
        Assert.Empty(_world.Take(_nodes[5]));
    }

    [Fact]
    public void it_is_one_question_to_one_node_and_finds_what_is_newer()
    {
        Put(1);
        Look(_nodes[20]);
        Put(2);
        long peek = _nodes[20].BeginPeek(_world.Now, Item(1).PublicKey, default, 1);
        Assert.NotEqual(0, peek);
        byte[] question = Assert.Single(_world.Take(_nodes[20]));
        Assert.True(KrpcMessage.TryDecode(question, out KrpcMessage message) && message.Method == KrpcMethod.Get);

        // What was taken to be looked at never arrives; the next one does.
        peek = _nodes[20].BeginPeek(_world.Now, Item(1).PublicKey, default, 1);
        _world.Run(TimeSpan.FromSeconds(5));
        DhtEvent[] events = EventsOf(_nodes[20], peek);
        Assert.Equal(2, Assert.Single(events.OfType<DhtEvent.ItemFound>()).Item.Sequence);
        Assert.Single(events.OfType<DhtEvent.Ended>());
    }

    [Fact]
    public void what_is_known_already_is_not_sent_again()
    {
        Put(3);
        Look(_nodes[20]);
        long peek = _nodes[20].BeginPeek(_world.Now, Item(1).PublicKey, default, 3);
        _world.Run(TimeSpan.FromSeconds(5));
        Assert.IsType<DhtEvent.Ended>(Assert.Single(EventsOf(_nodes[20], peek)));
    }

    [Fact]
    public void where_the_nodes_are_gone_a_whole_lookup_is_due()
    {
        Put(1);
        Look(_nodes[20]);
        foreach (DhtMachine node in _nodes.Where(node => node != _nodes[20]).ToList())
        {
            _world.Remove(node);
        }

        int peeks = 0;
        while (_nodes[20].BeginPeek(_world.Now, Item(1).PublicKey, default, null) != 0)
        {
            Assert.True(++peeks <= 2 * DhtLimits.BucketSize, "the same dead nodes are asked for ever");
            _world.Run(TimeSpan.FromSeconds(5));
        }

        // Each is asked once, and five of the eight once more.
        Assert.Equal(DhtLimits.BucketSize + (DhtLimits.BucketSize / 2) + 1, peeks);
    }

    [Fact]
    public void a_lost_packet_now_and_then_costs_no_neighbour()
    {
        DhtContact[] contacts = [.. Enumerable.Range(0, DhtLimits.BucketSize).Select(i => new DhtContact(default, new InternetEndpoint(InternetAddress.FromBytes([192, 0, 2, (byte)i]), 6881)))];
        Neighbourhood place = new(1);
        Array.ForEach(contacts, contact => place.Add(contact));
        for (int i = 0; i < 1000; i++)
        {
            DhtContact contact = place.Next();
            if (i % 3 == 0)
            {
                place.NoteSilence(contact);
            }
            else
            {
                place.NoteAnswer(contact);
            }
        }

        HashSet<DhtContact> left = [.. Enumerable.Range(0, DhtLimits.BucketSize).Select(_ => place.Next())];
        Assert.Equal(DhtLimits.BucketSize, left.Count);
    }

    [Fact]
    public void nobody_asks_himself()
    {
        long before = _nodes[7].Traffic.ReceivedPackets;
        _world.Events.Clear();
        _nodes[7].BeginGet(_world.Now, Item(1).PublicKey, default);
        _world.Run(TimeSpan.FromSeconds(20));
        Assert.InRange(_nodes[7].Traffic.ReceivedPackets - before, 8, long.MaxValue);
        Assert.DoesNotContain(_world.Events, entry => entry.Node == _nodes[7] && entry.Event is DhtEvent.AddressSeen seen && seen.Observer == seen.Observed);
    }

    [Fact]
    public void as_many_places_are_remembered_as_the_maximum_says()
    {
        for (int i = 0; i <= DhtLimits.NeighbourhoodsMax; i++)
        {
            _nodes[20].BeginGet(_world.Now, Item(1).PublicKey, [(byte)i]);
            _world.Run(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(0, _nodes[20].BeginPeek(_world.Now, Item(1).PublicKey, [0], null));
        for (int i = 1; i <= DhtLimits.NeighbourhoodsMax; i++)
        {
            Assert.NotEqual(0, _nodes[20].BeginPeek(_world.Now, Item(1).PublicKey, [(byte)i], null));
        }
    }

    private static DhtItem Item(long sequence) => DhtItem.Sign(s_seed, default, sequence, "5:hello"u8);

    private void Put(long sequence)
    {
        _nodes[3].BeginPut(_world.Now, Item(sequence));
        _world.Run(TimeSpan.FromSeconds(20));
    }

    private void Look(DhtMachine node)
    {
        node.BeginGet(_world.Now, Item(1).PublicKey, default);
        _world.Run(TimeSpan.FromSeconds(20));
    }

    private DhtEvent[] EventsOf(DhtMachine node, long operation) =>
        [.. _world.Events.Where(entry => entry.Node == node).Select(entry => entry.Event).Where(e => e is DhtEvent.ItemFound found ? found.Operation == operation : e is DhtEvent.Ended ended && ended.Operation == operation)];
}
