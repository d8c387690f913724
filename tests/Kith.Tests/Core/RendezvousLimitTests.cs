using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Maxima of what is done for others in the DHT, reached.</summary>
public sealed class RendezvousLimitTests
{
    private static readonly Instant s_now = new(10_000_000);

    [Fact]
    public void callers_that_openers_go_to_are_bounded_and_the_oldest_gives_way()
    {
        CallerList callers = new();
        for (ushort port = 1; port <= RendezvousTimings.CallersMax + 3; port++)
        {
            callers.Add(new Caller([Endpoint(port)], [[1], [2]]));
            Assert.Equal(Math.Min((int)port, RendezvousTimings.CallersMax), callers.Count);
        }

        Assert.Equal(Enumerable.Range(4, RendezvousTimings.CallersMax), callers.TakeDue().Select(static due => (int)due.Endpoint.Port));
        Assert.All(callers.TakeDue(), static due => Assert.Equal([2], due.Opener));
        Assert.Equal(0, callers.Count);
        Assert.Empty(callers.TakeDue());
    }

    [Fact]
    public void one_and_the_same_call_is_answered_so_often_and_no_more()
    {
        OpenInvite invite = new(null!);
        for (int i = 0; i < RendezvousTimings.AnswersPerCallMax; i++)
        {
            Assert.True(invite.TryAnswer(Node(1), 5));
        }

        Assert.False(invite.TryAnswer(Node(1), 5));
        Assert.True(invite.TryAnswer(Node(1), 6));
        Assert.True(invite.TryAnswer(Node(2), 6));
    }

    [Fact]
    public void mailboxes_to_be_emptied_are_bounded()
    {
        ErasureQueue queue = new();
        for (byte i = 0; i < NodeLimits.ErasuresMax; i++)
        {
            Assert.True(queue.TryAdd(default, default, Node(i), i));
        }

        Assert.False(queue.TryAdd(default, default, Node(99), 99));
        Assert.Equal(NodeLimits.ErasuresMax, queue.Count);
        Assert.True(queue.TryTake(out (NetworkSecret Secret, NetworkId Network, NodeId To, uint Quarter) first) && first.To == Node(0));
        Assert.True(queue.TryAdd(default, default, Node(99), 99));
    }

    [Fact]
    public void newcomers_that_were_asked_are_remembered_up_to_a_maximum_and_for_five_minutes()
    {
        RecentlyAsked asked = new();
        for (ushort port = 1; port <= RecentlyAsked.Max; port++)
        {
            Assert.True(asked.TryAdd(s_now, Endpoint(port)));
            Assert.True(port == RecentlyAsked.Max || !asked.TryAdd(s_now, Endpoint(port)));
        }

        // One more and all are forgotten, so that memory stays bounded and questions do too.
        Assert.True(asked.TryAdd(s_now, Endpoint(5000)));
        Assert.True(asked.TryAdd(s_now, Endpoint(1)));
        Assert.False(asked.TryAdd(s_now, Endpoint(1)));
        Assert.True(asked.TryAdd(s_now + TimeSpan.FromMinutes(5), Endpoint(1)));
    }

    private static InternetEndpoint Endpoint(ushort port) => new(InternetAddress.FromV4(0x0A000001), port);

    private static NodeId Node(byte number) => new([number, .. Enumerable.Repeat((byte)0, 31)]);
}
