using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Named maxima of a node, reached.</summary>
public sealed class NodeCoreLimitTests : IDisposable
{
    private readonly TestLan _lan = new();

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void node_is_in_no_more_networks_than_the_maximum()
    {
        TestHost anna = _lan.Add("anna");
        for (int i = 0; i < NodeLimits.NetworksMax; i++)
        {
            anna.Core!.CreateNetwork(_lan.Clock(anna), $"net{i}", []);
        }

        NodeCoreException refusal = Assert.Throws<NodeCoreException>(() => anna.Core!.CreateNetwork(_lan.Clock(anna), "one-more", []));
        Assert.Equal(NodeCoreError.TooManyNetworks, refusal.Error);
        Assert.Equal(NodeLimits.NetworksMax, anna.Core!.Networks.Count());
    }

    [Fact]
    public void second_join_waits_for_the_first_to_end()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        MembershipLog work = anna.Core.CreateNetwork(_lan.Clock(anna), "work", []);
        InviteLine first = anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1));
        InviteLine second = anna.Core.CreateInvite(_lan.Clock(anna), work.Id, MemberRole.Member, 1, TimeSpan.FromHours(1));
        bert.Core!.BeginJoin(_lan.Clock(bert), first);
        NodeCoreException refusal = Assert.Throws<NodeCoreException>(() => bert.Core.BeginJoin(_lan.Clock(bert), second));
        Assert.Equal(NodeCoreError.JoinUnderWay, refusal.Error);
        Assert.True(_lan.RunUntil(() => bert.Events.OfType<NodeEvent.Joined>().Any(), TimeSpan.FromSeconds(5)));
        bert.Core.BeginJoin(_lan.Clock(bert), second);
        Assert.True(_lan.RunUntil(() => bert.Core.Networks.Count() == 2, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void events_nobody_takes_are_bounded()
    {
        TestHost anna = _lan.Add("anna");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        for (int i = 0; i < NodeLimits.EventsMax + 100; i++)
        {
            anna.Core.Rename(_lan.Clock(anna), home.Id, anna.Core.Id, $"name{i}");
        }

        int events = 0;
        while (anna.Core.TryGetEvent(out _))
        {
            events++;
        }

        Assert.Equal(NodeLimits.EventsMax, events);
    }

    [Fact]
    public void echoes_that_wait_are_bounded_and_the_oldest_gives_way()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => anna.Core.DescribePeer(bert.Core.Id).Online, TimeSpan.FromSeconds(5)));
        long first = anna.Core.Ping(_lan.Clock(anna), bert.Core.Id);
        long last = 0;
        for (int i = 0; i < NodeLimits.PingsMax; i++)
        {
            last = anna.Core.Ping(_lan.Clock(anna), bert.Core.Id);
        }

        Assert.True(_lan.RunUntil(() => anna.Events.OfType<NodeEvent.PingAnswered>().Any(answer => answer.Ping == last), TimeSpan.FromSeconds(2)));
        Assert.DoesNotContain(anna.Events.OfType<NodeEvent.PingAnswered>(), answer => answer.Ping == first);
    }

    [Fact]
    public void addresses_stated_of_a_machine_with_very_many_are_bounded()
    {
        TestHost anna = _lan.Add("anna");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        anna.Core.HandleLocalAddresses(
            _lan.Clock(anna), [.. Enumerable.Range(1, 100).Select(i => new InternetPrefix(InternetAddress.FromV4(0x0A010000 + (uint)i), 24))]);
        Assert.Equal(NodeLimits.OwnCandidatesMax, anna.Core.OwnEndpoints.Count);
        InviteLine invite = anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1));
        Assert.Equal(InviteHint.EndpointsMax, Assert.Single(invite.Hints).Endpoints.Count);
    }

    [Fact]
    public void strangers_datagrams_are_answered_with_nothing()
    {
        TestHost anna = _lan.Add("anna");
        anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        _lan.Run(TimeSpan.FromSeconds(30));
        byte[] buffer = new byte[NodeCore.TransmitBufferBytes];
        TestRandom random = new(4711);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] datagram = new byte[random.NextBelow(200)];
            random.Fill(datagram);
            if (datagram.Length > 4 && i % 2 == 0)
            {
                datagram.AsSpan(0, 4).Clear();
                datagram[0] = (byte)(1 + (i % 4));
            }

            anna.Core.HandleDatagram(_lan.Clock(anna), new InternetEndpoint(InternetAddress.FromV4(0x0A000063), 1234), datagram);
            Assert.False(anna.Core.TryGetTransmit(_lan.Clock(anna), buffer, out NodeTransmit transmit) && transmit.Kind == NodeTransmitKind.Datagram);
        }
    }
}
