using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Tests.FastPath;

/// <summary>Relay frames on the packet path, over loopback.</summary>
public sealed class RelayPathTests
{
    public static TheoryData<FastPathOptions> Variants =>
        [new FastPathOptions(), new FastPathOptions { UseReceiveCoalescing = false, UseSendSegmentation = false }, new FastPathOptions { UseVectorCipher = false }, new FastPathOptions { UsePortableSockets = true }];

    [Theory]
    [MemberData(nameof(Variants))]
    public void frames_of_any_size_go_on_with_no_more_hops_than_their_way_needs(FastPathOptions options)
    {
        using RelayRig rig = new(options);
        List<byte[]> expected = [];
        foreach (int length in (int[])[1392, 1392, 1392, 100, 1, 1392, 2000, 64, 64, 64, 63, 65, 1392])
        {
            byte[] datagram = PacketSplitterTests.Payload(length);
            rig.Send(1, RelayRig.Frame(2, 1, datagram, hops: 3));
            expected.Add(RelayRig.Frame(2, 1, datagram, hops: 0));
        }

        List<byte[]> received = [.. expected.Select(_ => rig.Receive(2))];
        Assert.Equal(expected, received);
        FastPathReport report = rig.Settle();
        Assert.Equal(expected.Count, report.PacketsForwarded);
        Assert.Equal(expected.Sum(static frame => frame.Length + 32), report.BytesForwarded);
        Assert.Empty(report.Drops);
        Assert.Empty(report.Faults);
        Assert.Equal(expected.Count, rig.Links[2].Traffic.PacketsSent);
    }

    [Fact]
    public void what_else_a_neighbour_sends_keeps_its_place_among_frames()
    {
        using RelayRig rig = new(new FastPathOptions());
        for (byte i = 0; i < 50; i++)
        {
            rig.Send(1, RelayRig.Frame((ulong)(i % 2) + 2, 1, [i, .. new byte[200]]));
            rig.Send(1, [0x1A, i]);
        }

        for (byte i = 0; i < 50; i++)
        {
            Assert.Equal(i, rig.Receive((i % 2) + 2)[RelayFrame.HeaderBytes]);
            Assert.Equal([0x1A, i], RecordingInbox.Take(rig.Inbox.Plaintexts).Plaintext);
        }
    }

    [Fact]
    public void frames_that_may_not_pass_are_dropped_and_counted()
    {
        using RelayRig rig = new(new FastPathOptions());
        byte[] datagram = PacketSplitterTests.Payload(100);
        rig.Send(1, RelayRig.Frame(7, 1, datagram));
        rig.Send(1, RelayRig.Frame(2, 7, datagram));
        rig.Send(1, RelayRig.Frame(2, RelayRig.Self, datagram));
        rig.Send(1, RelayRig.Frame(2, 2, datagram));
        rig.Send(1, RelayRig.Frame(1, 2, datagram));
        rig.Send(1, RelayRig.Frame(2, 1, datagram, hops: 0));
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 1, datagram));
        Assert.Equal(7, rig.Settle().Drops[FastPathDrop.RelayRefused]);
        rig.Send(1, RelayRig.Frame(2, 1, datagram));
        Assert.Equal(RelayRig.Frame(2, 1, datagram, hops: 0), rig.Receive(2));
    }

    [Fact]
    public void every_truncation_and_impossible_number_is_dropped()
    {
        using RelayRig rig = new(new FastPathOptions());
        byte[] whole = RelayRig.Frame(2, 1, [1]);
        for (int length = 1; length < whole.Length; length++)
        {
            rig.Send(1, whole[..length]);
        }

        for (int hops = RelayFrame.HopsMax + 1; hops <= 255; hops++)
        {
            byte[] frame = (byte[])whole.Clone();
            frame[RelayFrame.HopsOffset] = (byte)hops;
            rig.Send(1, frame);
        }

        FastPathReport report = rig.Settle();
        Assert.Equal(RelayFrame.HeaderBytes + 255 - RelayFrame.HopsMax, report.Drops[FastPathDrop.RelayMalformed]);
        Assert.Single(report.Drops);
        Assert.Empty(report.Faults);
        Assert.Equal(0, report.PacketsForwarded);
    }

    [Theory]
    [InlineData(1u, 2u, 1u)]
    [InlineData(1u, 1u, 2u)]
    [InlineData(2u, 1u, 1u)]
    [InlineData(1u, 3u, 2u)]
    public void source_carrier_and_destination_must_share_one_network(uint carrier, uint source, uint destination)
    {
        using RelayRig rig = new(new FastPathOptions(), change: (number, member) => member with { Networks = number == 1 ? carrier : number == 3 ? source : destination });
        rig.Send(1, RelayRig.Frame(2, 3, [1]));
        Assert.Equal(1, rig.Settle().Drops[FastPathDrop.RelayRefused]);
    }

    [Theory]
    [InlineData("self")]
    [InlineData("backwards")]
    [InlineData("to the source")]
    [InlineData("nowhere")]
    [InlineData("too far")]
    [InlineData("another network's way")]
    public void frames_without_a_way_forward_are_dropped(string way)
    {
        PeerLink? carrier = null;
        PeerLink? source = null;
        using RelayRig rig = new(new FastPathOptions(), forwards: way != "self", change: (number, member) =>
        {
            carrier = number == 1 ? member.Link : carrier;
            source = number == 2 ? member.Link : source;
            return number != 3 ? member : way switch
            {
                "backwards" => member with { Next = carrier },
                "to the source" => member with { Next = source },
                "nowhere" => member with { Next = null },
                "another network's way" => member with { Next = member.Link, Distance = 1, NextNetworks = 2 },
                "too far" => member with { Distance = 4 },
                _ => member,
            };
        });
        rig.Send(1, RelayRig.Frame(3, 2, [1], hops: 3));
        Assert.Equal(1, rig.Settle().Drops[FastPathDrop.RelayRefused]);
    }

    [Fact]
    public void a_frame_whose_next_hop_has_no_session_or_no_address_is_the_cores()
    {
        using RelayRig rig = new(new FastPathOptions());
        byte[] frame = RelayRig.Frame(2, 1, [1, 2, 3]);
        TransportSession session = rig.Links[2].Current!;
        rig.Links[2].Current = null;
        rig.Send(1, frame);
        (PeerLink link, InternetEndpoint source, byte[] plaintext) = RecordingInbox.Take(rig.Inbox.Plaintexts);
        Assert.Equal((rig.Links[1], rig.PortOf(1)), (link, source.Port));
        Assert.Equal(frame, plaintext);

        rig.Links[2].Current = session;
        rig.Links[2].Endpoint = null;
        rig.Send(1, frame);
        Assert.Equal(frame, RecordingInbox.Take(rig.Inbox.Plaintexts).Plaintext);
    }

    [Fact]
    public void a_frame_that_its_source_hands_to_a_member_whose_way_leads_back_is_the_cores_if_it_knows_a_detour()
    {
        PeerLink? back = null;
        using RelayRig rig = new(new FastPathOptions(), change: (number, member) =>
        {
            back = number == 1 ? member.Link : back;
            return number == 3 ? member with { Next = back, Distance = 2, HasDetour = true } : member;
        });
        byte[] frame = RelayRig.Frame(3, 1, [1, 2, 3], hops: 3);
        rig.Send(1, frame);
        Assert.Equal(frame, RecordingInbox.Take(rig.Inbox.Plaintexts).Plaintext);
        rig.Send(1, RelayRig.Frame(3, 2, [1, 2, 3], hops: 3));
        Assert.Equal(1, rig.Settle().Drops[FastPathDrop.RelayRefused]);
    }

    [Fact]
    public void frames_pass_only_by_a_way_whose_members_are_all_in_that_network()
    {
        using RelayRig rig = new(new FastPathOptions(), change: (number, member) => member with { Networks = 3, NextNetworks = number == 3 ? 4u : 1u });
        rig.Send(1, RelayRig.Frame(3, 1, [1]));
        Assert.Equal(1, rig.Settle().Drops[FastPathDrop.RelayRefused]);
        rig.Send(1, RelayRig.Frame(2, 1, [7]));
        Assert.Equal(7, rig.Receive(2)[^1]);
    }

    [Fact]
    public void what_exceeds_the_budget_is_dropped_and_counted()
    {
        RelayBudget budget = new(1000);
        using RelayRig rig = new(new FastPathOptions { Clock = static () => new Instant(5) }, budget: budget);
        for (int i = 0; i < 10; i++)
        {
            rig.Send(1, RelayRig.Frame(2, 1, PacketSplitterTests.Payload(82)));
        }

        // A quarter of a second of the rate at once: two frames of 100 bytes; no time passes here.
        FastPathReport report = rig.Settle();
        Assert.Equal(2, report.PacketsForwarded);
        Assert.Equal(8, report.Drops[FastPathDrop.RelayLimited]);
        Assert.Equal(200, budget.PassedBytes);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void what_is_for_us_is_opened_and_named_by_its_way(FastPathOptions options)
    {
        using RelayRig rig = new(options);
        InternetEndpoint way = PathAddress.Relay(1, 2);
        byte[] packet = rig.Seal(2, [0x10, 1, 2, 3]);
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, packet, hops: 0));
        Assert.Equal((rig.Links[2], way), Named(rig, [0x10, 1, 2, 3]));

        // The core is told, because the link is elsewhere.
        (TransportSession session, InternetEndpoint told, bool received) = RecordingInbox.Take(rig.Inbox.Traffic);
        Assert.Equal((rig.Links[2].Current, way, true), (session, told, received));

        // Handshakes and other strangers' bytes are the core's; so are packets of sessions that nobody knows.
        byte[] initiation = [1, 0, 0, 0, .. new byte[144]];
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, initiation));
        Assert.Equal(initiation, TakeDatagram(rig, way));
        byte[] unknown = rig.Seal(2, [0x10]);
        unknown[4] ^= 0x40;
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, unknown));
        Assert.Equal(unknown, TakeDatagram(rig, way));

        // Once only, also if it comes again on another way.
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, packet));
        rig.Send(3, RelayRig.Frame(RelayRig.Self, 2, packet));
        Assert.Equal(2, rig.Settle().Drops[FastPathDrop.Replayed]);
    }

    [Fact]
    public void nobody_speaks_in_anothers_name_and_frames_hold_no_frames()
    {
        using RelayRig rig = new(new FastPathOptions());
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 3, rig.Seal(2, [0x10])));
        Assert.Equal(1, rig.Settle().Drops[FastPathDrop.RelayRefused]);
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, rig.Seal(2, RelayRig.Frame(3, 2, [1]))));
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, rig.Seal(2, RelayRig.Frame(RelayRig.Self, 3, rig.Seal(3, [0x10])))));
        byte[] forged = rig.Seal(2, [0x10, 5]);
        forged[^1] ^= 1;
        rig.Send(1, RelayRig.Frame(RelayRig.Self, 2, forged));
        FastPathReport report = rig.Settle();
        Assert.Equal(2, report.Drops[FastPathDrop.RelayMalformed]);
        Assert.Equal(1, report.Drops[FastPathDrop.NotAuthentic]);
        Assert.Equal(0, report.PacketsForwarded);
        Assert.Empty(rig.Inbox.Plaintexts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void random_frames_of_members_break_nothing(int seed)
    {
        using RelayRig rig = new(new FastPathOptions());
        Random random = new(seed);
        for (int i = 0; i < 3000; i++)
        {
            byte[] frame = RelayRig.Frame((ulong)random.Next(1, 11), (ulong)random.Next(1, 5), rig.Seal(random.Next(1, 4), PacketSplitterTests.Payload(random.Next(0, 300))));
            for (int flips = random.Next(0, 3); flips > 0; flips--)
            {
                frame[random.Next(1, frame.Length)] ^= (byte)(1 << random.Next(8));
            }

            rig.Send(random.Next(1, 4), frame[..random.Next(1, frame.Length + 1)]);
            if (i % 200 == 199)
            {
                Assert.Empty(rig.Settle().Faults);
            }
        }
    }

    private static byte[] TakeDatagram(RelayRig rig, InternetEndpoint way)
    {
        (InternetEndpoint source, byte[] datagram) = RecordingInbox.Take(rig.Inbox.Datagrams);
        Assert.Equal(way, source);
        return datagram;
    }

    private static (PeerLink Link, InternetEndpoint Source) Named(RelayRig rig, byte[] plaintext)
    {
        (PeerLink link, InternetEndpoint source, byte[] received) = RecordingInbox.Take(rig.Inbox.Plaintexts);
        Assert.Equal(plaintext, received);
        return (link, source);
    }
}
