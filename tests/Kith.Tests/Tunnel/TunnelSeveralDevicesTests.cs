using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>
/// One key held by several devices: member M knows the invite's key, joiners J1, J2 ... speak with it.
/// </summary>
public sealed class TunnelSeveralDevicesTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_hello = [0x10, 1, 2, 3];

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void two_joiners_with_clocks_an_hour_apart_are_served_side_by_side(int hours)
    {
        using TunnelWorld world = new(1);
        (TunnelHost member, TunnelPeer invite, TunnelHost[] joiners, TunnelPeer[] memberAtJoiners) = Build(world, 2);
        joiners[1].ClockError = TimeSpan.FromHours(hours);
        joiners[0].Machine.Send(joiners[0].Now, memberAtJoiners[0], [0x10, 1]);
        world.Run(s_second);
        joiners[1].Machine.Send(joiners[1].Now, memberAtJoiners[1], [0x10, 2]);
        world.Run(s_second);
        joiners[0].Machine.Send(joiners[0].Now, memberAtJoiners[0], [0x10, 3]);
        world.Run(s_second);
        Assert.Equal([[0x10, 1], [0x10, 2], [0x10, 3]], member.Received);
        Assert.Equal(2, invite.SessionCount);
        Assert.Null(invite.Link.Current);

        // Each is answered where it speaks from, on its own session.
        member.Machine.Send(member.Now, invite, [0x10, 11], member.ReceivedOn[0]);
        member.Machine.Send(member.Now, invite, [0x10, 12], member.ReceivedOn[1]);
        world.Run(s_second);
        Assert.Equal([0x10, 11], Assert.Single(joiners[0].Received));
        Assert.Equal([0x10, 12], Assert.Single(joiners[1].Received));
    }

    [Fact]
    public void joiners_that_come_in_the_same_instant_are_all_served()
    {
        using TunnelWorld world = new(2);
        (TunnelHost member, _, TunnelHost[] joiners, TunnelPeer[] memberAtJoiners) = Build(world, 10);
        for (int i = 0; i < joiners.Length; i++)
        {
            joiners[i].ClockError = TimeSpan.FromSeconds(i * 7);
            joiners[i].Machine.Send(joiners[i].Now, memberAtJoiners[i], s_hello);
        }

        world.Run(s_second);
        Assert.Equal(10, member.Received.Count);
    }

    [Fact]
    public void sessions_are_bounded_and_the_unproven_go_first()
    {
        using TunnelWorld world = new(3);
        (TunnelHost member, TunnelPeer invite, TunnelHost[] joiners, TunnelPeer[] memberAtJoiners) = Build(world, 60);
        for (int i = 0; i < joiners.Length; i++)
        {
            joiners[i].ClockError = TimeSpan.FromSeconds(i);
        }

        joiners[0].Machine.Send(joiners[0].Now, memberAtJoiners[0], s_hello);
        world.Run(s_second);

        // All others never get further than their initiation.
        world.Carries = datagram => datagram.Type == TunnelMessageType.Initiation;
        for (int i = 1; i < joiners.Length; i++)
        {
            joiners[i].Machine.BeginHandshake(joiners[i].Now, memberAtJoiners[i]);
            world.Run(TimeSpan.FromMilliseconds(40));
            Assert.InRange(invite.SessionCount, 1, TunnelLimits.SeveralSessionsMax);
        }

        Assert.Equal(TunnelLimits.SeveralSessionsMax, invite.SessionCount);
        Assert.Equal(TunnelLimits.SeveralSessionsMax, member.Indices.Count);
        world.Carries = static _ => true;
        joiners[0].Machine.Send(joiners[0].Now, memberAtJoiners[0], s_hello);
        world.Run(s_second);
        Assert.Equal(2, member.Received.Count);
        Assert.False(member.ReceivedOn[0].IsRetired);
    }

    [Fact]
    public void initiation_cannot_be_replayed()
    {
        using TunnelWorld world = new(4);
        (TunnelHost member, TunnelPeer invite, TunnelHost[] joiners, TunnelPeer[] memberAtJoiners) = Build(world, 1);
        joiners[0].Machine.Send(joiners[0].Now, memberAtJoiners[0], s_hello);
        world.Run(s_second);
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(member, joiners[0].Endpoint, world.Log[0].Bytes));
        Assert.Equal(1, invite.InitiationsAccepted);
    }

    [Fact]
    public void renewed_session_is_the_one_answered_on_and_old_ones_expire()
    {
        using TunnelWorld world = new(5);
        (TunnelHost member, TunnelPeer invite, TunnelHost[] joiners, TunnelPeer[] memberAtJoiners) = Build(world, 1);
        for (int i = 0; i < 125; i++)
        {
            joiners[0].Machine.Send(joiners[0].Now, memberAtJoiners[0], s_hello);
            world.Run(s_second);
        }

        Assert.Equal(2, invite.SessionCount);
        TransportSession old = member.ReceivedOn[0];
        ulong counter = old.NextCounter;
        member.Machine.Send(member.Now, invite, s_hello, old);
        world.Run(s_second);
        Assert.Single(joiners[0].Received);
        Assert.Equal(counter, old.NextCounter);
        world.Run(TimeSpan.FromSeconds(400));
        Assert.Equal(0, invite.SessionCount);
        Assert.Null(invite.Session);
        Assert.All(member.ReceivedOn, session => Assert.True(session.IsRetired));
    }

    [Fact]
    public void member_never_initiates_to_an_invite()
    {
        using TunnelWorld world = new(6);
        (TunnelHost member, TunnelPeer invite, _, _) = Build(world, 1);
        member.Machine.Send(member.Now, invite, s_hello);
        member.Machine.BeginHandshake(member.Now, invite);
        world.Run(TimeSpan.FromSeconds(20));
        Assert.Empty(world.Log);
        Assert.Equal(0, invite.StagedPackets);
    }

    private static (TunnelHost Member, TunnelPeer Invite, TunnelHost[] Joiners, TunnelPeer[] MemberAtJoiners) Build(TunnelWorld world, int count)
    {
        byte[] inviteKey = TunnelHost.NewKey(world);
        TunnelHost member = world.AddHost("192.0.2.1:1");
        TunnelHost[] joiners = [.. Enumerable.Range(0, count).Select(i => world.AddHost($"198.51.100.{i + 1}:5", inviteKey))];
        TunnelPeer invite = member.Know(joiners[0], severalDevices: true);
        invite.Tag = null;
        return (member, invite, joiners, [.. joiners.Select(joiner => joiner.Know(member))]);
    }
}
