using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Maxima of those who let newcomers in and of newcomers, reached by somebody who holds an invite and does what no honest joiner does.</summary>
public sealed class JoinLimitTests : IDisposable
{
    private static readonly InternetEndpoint s_source = new(InternetAddress.FromV4(0x0A000063), 1234);

    private readonly TestLan _lan = new();
    private readonly TestRandom _random = new(99);
    private readonly TestHost _anna;
    private readonly MembershipLog _home;
    private readonly InviteLine _invite;
    private readonly TunnelMachine _tunnel;
    private readonly TunnelPeer _peer;
    private readonly NetworkStack _stack;
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];

    public JoinLimitTests()
    {
        _anna = _lan.Add("anna");
        _home = _anna.Core!.CreateNetwork(_lan.Clock(_anna), "home", []);
        _invite = _anna.Core.CreateInvite(_lan.Clock(_anna), _home.Id, MemberRole.Member, 500, TimeSpan.FromHours(1));
        _lan.Run(TimeSpan.FromSeconds(1));
        using NodeKey key = _invite.OpenKey();
        byte[] secret = new byte[32];
        key.CopyTunnelPrivateKey(secret);
        _tunnel = new TunnelMachine(secret, new ReceiverIndexTable(), new HandshakeClock(0), _random);
        Assert.True(_anna.Core.Id.TryGetTunnelPublicKey(out Bytes32 anna));
        _peer = _tunnel.AddPeer(anna, new PeerLink(1));
        _stack = new NetworkStack(new NetworkStackOptions { Mtu = NetworkStackOptions.MtuMin }, _random, new LocalPorts());
        _tunnel.BeginHandshake(_lan.Clock(_anna), _peer);
        Pump();
    }

    public void Dispose()
    {
        _tunnel.Dispose();
        _lan.Dispose();
    }

    [Fact]
    public void guests_are_bounded_and_the_oldest_gives_way()
    {
        for (int i = 0; i < NodeLimits.GuestsMax + 20; i++)
        {
            Connect(NewAddress());
            Pump();
            Assert.Equal(Math.Min(i + 1, NodeLimits.GuestsMax), _anna.Core!.Counts.Guests);
        }

        AnotherJoins();
    }

    [Fact]
    public void streams_of_guests_are_bounded_and_those_that_say_nothing_end()
    {
        InternetAddress address = NewAddress();
        for (int i = 0; i < NodeLimits.SpareStreamsMax + 20; i++)
        {
            Connect(address);
            Pump();
            Assert.Equal(Math.Min(i + 1, NodeLimits.SpareStreamsMax), _anna.Core!.Counts.Streams);
        }

        _lan.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(0, _anna.Core!.Counts.Streams);
        AnotherJoins();
    }

    [Fact]
    public void hosts_that_a_joiner_calls_are_bounded()
    {
        TestHost bert = _lan.Add("bert");
        _lan.HasMulticast = false;
        byte[] secret = new byte[InviteLine.SecretBytes];
        _invite.CopySecret(secret);
        bert.Core!.BeginJoin(_lan.Clock(bert), new InviteLine(_invite.Network, secret, _invite.NetworkName, []));
        using NodeKey key = _invite.OpenKey();
        using RendezvousKey place = RendezvousKey.ForCall(_invite.Network, key.Id, RendezvousKey.DayOf(_lan.Clock(bert).WallMilliseconds));
        for (int i = 0; i < 3 * NodeLimits.JoinHostsMax; i++)
        {
            using NodeKey member = NodeKey.Generate(_random);
            byte[] opener = new byte[Opener.Bytes];
            Opener.Write(place, member.Id, _random, opener);
            bert.Core.HandleDatagram(_lan.Clock(bert), new InternetEndpoint(InternetAddress.FromV4(0x0A000100 + (uint)i), 5484), opener);
            Assert.Equal(Math.Min(i + 1, NodeLimits.JoinHostsMax), bert.Core.Counts.JoinHosts);
        }
    }

    private void AnotherJoins()
    {
        TestHost bert = _lan.Add("bert");
        bert.Core!.BeginJoin(_lan.Clock(bert), _invite);
        Assert.True(_lan.RunUntil(() => bert.Events.OfType<NodeEvent.Joined>().Any(), TimeSpan.FromSeconds(20)), "nobody else could join");
    }

    private InternetAddress NewAddress()
    {
        using NodeKey device = NodeKey.Generate(_random);
        InternetAddress address = VirtualAddress.ForV6(_home.Id, device.Id);
        _stack.AddAddress(address);
        return address;
    }

    private void Connect(InternetAddress from) =>
        _stack.Connect(_lan.Now, from, new InternetEndpoint(VirtualAddress.ForV6(_home.Id, _anna.Core!.Id), ControlConstants.Port));

    // Everything that is on its way arrives, without time passing.
    private void Pump()
    {
        ClockReading now = _lan.Clock(_anna);
        for (bool any = true; any;)
        {
            any = false;
            while (_stack.TryGetPacket(now, _buffer, out StackPacket packet))
            {
                _tunnel.Send(now, _peer, _buffer.AsSpan(0, packet.Length));
            }

            while (_tunnel.TryGetTransmit(_buffer, out TunnelTransmit transmit))
            {
                any = true;
                _anna.Core!.HandleDatagram(now, s_source, _buffer.AsSpan(0, transmit.Length).ToArray());
            }

            while (_anna.Core!.TryGetTransmit(now, _buffer, out NodeTransmit transmit))
            {
                if (transmit.Kind == NodeTransmitKind.Datagram && transmit.Endpoint == s_source)
                {
                    any = true;
                    Take(now, _buffer.AsSpan(0, transmit.Length).ToArray());
                }
            }

            while (_stack.TryGetEvent(out _))
            {
                // The connections stand; nothing is said on them.
            }
        }
    }

    private void Take(ClockReading now, byte[] datagram)
    {
        TunnelVerdict verdict = _tunnel.HandleDatagram(now, new InternetEndpoint(_anna.Address, 5484), datagram, out _, out _, out Span<byte> plaintext);
        if (verdict == TunnelVerdict.Plaintext)
        {
            _stack.HandlePacket(now, plaintext);
        }
    }
}
