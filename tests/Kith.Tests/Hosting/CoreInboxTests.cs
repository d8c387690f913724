using Kith.Node.Hosting;
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
                    inbox.PostDatagram(source, [4, (byte)i]);
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
}
