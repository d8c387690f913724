using Kith.Node.Hosting;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Hosting;

/// <summary>What waits for the core's loop is bounded.</summary>
public sealed class CoreInboxTests
{
    [Fact]
    public void packets_beyond_the_maximum_are_dropped_and_counted_and_work_never_is()
    {
        using CoreInbox inbox = new();
        InternetEndpoint source = new(InternetAddress.FromV4(0x0A000001), 5484);
        for (int i = 0; i < CoreInbox.PacketsMax + 30; i++)
        {
            switch (i % 3)
            {
                case 0:
                    inbox.PostTunPacket([0x60, (byte)i]);
                    break;
                case 1:
                    inbox.PostTcp(1, [4, (byte)i]);
                    break;
                default:
                    inbox.PostLan(source, [(byte)i]);
                    break;
            }
        }

        int worked = 0;
        inbox.PostWork(_ => worked++);
        Assert.Equal(30, inbox.Dropped);
        Assert.True(inbox.TryTake(out CoreInbox.Item first));
        CoreInbox.Release(first);
        inbox.PostTunPacket([0x60]);
        inbox.PostTunPacket([0x60]);
        Assert.Equal(31, inbox.Dropped);

        int packets = 0;
        while (inbox.TryTake(out CoreInbox.Item item))
        {
            packets += item.Kind == CoreInbox.Kind.Work ? 0 : 1;
            item.Work?.Invoke(default);
            CoreInbox.Release(item);
        }

        Assert.Equal(CoreInbox.PacketsMax, packets);
        Assert.Equal(1, worked);
    }

    [Fact]
    public void strangers_have_a_queue_of_their_own_and_push_nothing_out()
    {
        using CoreInbox inbox = new();
        InternetEndpoint source = new(InternetAddress.FromV4(0x0A000001), 5484);
        for (int i = 0; i < CoreInbox.StrangersMax + 30; i++)
        {
            inbox.PostDatagram(source, [1, (byte)i]);
        }

        Assert.Equal(30, inbox.StrangersDropped);
        Assert.Equal(0, inbox.Dropped);
        Assert.False(inbox.TryTake(out _));
        int strangers = 0;
        while (inbox.TryTakeStranger(out CoreInbox.Item item))
        {
            strangers++;
            CoreInbox.Release(item);
        }

        Assert.Equal(CoreInbox.StrangersMax, strangers);
        inbox.PostDatagram(source, [1]);
        Assert.True(inbox.TryTakeStranger(out CoreInbox.Item last));
        CoreInbox.Release(last);
    }

    [Fact]
    public void one_member_leaves_room_for_the_others()
    {
        using CoreInbox inbox = new();
        InternetEndpoint source = new(InternetAddress.FromV4(0x0A000001), 5484);
        TransportSession session = new(1, 2, new byte[32], new byte[32], true, default);
        PeerLink loud = new(1);
        PeerLink quiet = new(2);
        for (int i = 0; i < CoreInbox.PerMemberMax + 30; i++)
        {
            inbox.PostPlaintext(loud, session, source, [(byte)FrameType.Relay, 1]);
        }

        Assert.Equal(30, inbox.Dropped);
        Assert.Equal((0, 30, 0), loud.Flood.TakeRefused());
        inbox.PostPlaintext(quiet, session, source, [(byte)FrameType.Relay, 1]);
        Assert.Equal(30, inbox.Dropped);
        while (inbox.TryTake(out CoreInbox.Item item))
        {
            CoreInbox.Release(item);
        }

        inbox.PostPlaintext(loud, session, source, [(byte)FrameType.Relay, 1]);
        Assert.Equal(30, inbox.Dropped);
    }

    [Fact]
    public void frames_of_one_member_beyond_its_burst_are_dropped_and_counted()
    {
        using CoreInbox inbox = new();
        InternetEndpoint source = new(InternetAddress.FromV4(0x0A000001), 5484);
        TransportSession session = new(1, 2, new byte[32], new byte[32], true, default);
        PeerLink loud = new(1);
        int taken = 0;
        for (int i = 0; i < 50_000; i++)
        {
            inbox.PostPlaintext(loud, session, source, [(byte)FrameType.PathPing, 1]);
            while (inbox.TryTake(out CoreInbox.Item item))
            {
                taken++;
                CoreInbox.Release(item);
            }
        }

        (long frames, long items, long relays) = loud.Flood.TakeRefused();
        Assert.Equal(50_000, taken + frames);
        Assert.True(taken >= PeerFlood.FrameBurst && frames > 0, $"{taken} taken, {frames} refused");
        Assert.Equal((0, 0), (items, relays));
    }
}
