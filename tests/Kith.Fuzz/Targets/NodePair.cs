using Kith.Protocol.Core;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// Two whole nodes joined by a wire without delay: one founds a network and the other joins it. What the second sends to the first over their session is kept as it is inside the tunnel.
/// </summary>
internal sealed class NodePair : IDisposable
{
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly InternetEndpoint[] _endpoints = [new(InternetAddress.FromV4(0x0A000001), 5484), new(InternetAddress.FromV4(0x0A000002), 5484)];
    private readonly ChaChaPoly _cipher = new();
    private long _milliseconds = 3_600_000;

    public NodePair()
    {
        First = Create(0);
        Second = Create(1);
        Network = First.CreateNetwork(Now, "home", []).Id;
        InviteLine invite = First.CreateInvite(Now, Network, MemberRole.Member, 1, TimeSpan.FromHours(1));
        Second.BeginJoin(Now, invite);
        for (int i = 0; i < 5000 && Plaintexts.Count < 60; i++)
        {
            Pump(First, Second, isFirst: true);
            Pump(Second, First, isFirst: false);
            Pass(TimeSpan.FromMilliseconds(10));
            First.HandleTimeout(Now);
            Second.HandleTimeout(Now);
        }

        TunnelReceiver receiver = First.BuildSnapshot().Receivers.Values.First(candidate => !candidate.Link.ControlOnly && !candidate.Session.IsRetired);
        Link = receiver.Link;
        Session = receiver.Session;
    }

    /// <summary>The founder.</summary>
    public NodeCore First { get; }

    /// <summary>The joiner.</summary>
    public NodeCore Second { get; }

    /// <summary>Their network.</summary>
    public NetworkId Network { get; }

    /// <summary>The first node's end of its session with the second.</summary>
    public PeerLink Link { get; }

    /// <summary>The session.</summary>
    public TransportSession Session { get; }

    /// <summary>What the second sent through the tunnel, in order.</summary>
    public List<byte[]> Plaintexts { get; } = [];

    /// <summary>Where the second node is.</summary>
    public InternetEndpoint SecondEndpoint => _endpoints[1];

    /// <summary>Both clocks of both nodes.</summary>
    public ClockReading Now => new(new Instant(_milliseconds * TimeSpan.TicksPerMillisecond), 1_767_225_600_000 + _milliseconds);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan span) => _milliseconds += (long)span.TotalMilliseconds;

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _cipher.Dispose();
    }

    private NodeCore Create(int index)
    {
        FuzzRandomSource random = new(100 + (ulong)index);
        NodeCore core = new(NodeKey.Generate(random), new NodeCoreOptions { DeviceName = $"device-{index}", Port = 5484, HasTun = true }, new MemoryStore(), random, Now);
        core.HandleLocalAddresses(Now, [new InternetPrefix(_endpoints[index].Address, 24)]);
        return core;
    }

    private void Pump(NodeCore from, NodeCore to, bool isFirst)
    {
        while (from.TryGetEvent(out _))
        {
        }

        while (from.TryGetTransmit(Now, _buffer, out NodeTransmit transmit))
        {
            if (transmit.Kind != NodeTransmitKind.Datagram || transmit.Endpoint != _endpoints[isFirst ? 1 : 0])
            {
                continue;
            }

            byte[] datagram = _buffer.AsSpan(0, transmit.Length).ToArray();
            if (!isFirst)
            {
                Keep(datagram);
            }

            to.HandleDatagram(Now, _endpoints[isFirst ? 0 : 1], datagram);
        }
    }

    private void Keep(ReadOnlySpan<byte> datagram)
    {
        if (TransportHeader.TryDecode(datagram, out TransportHeader header)
            && datagram.Length > TransportHeader.OverheadBytes
            && First.BuildSnapshot().Receivers.TryGetValue(header.Receiver, out TunnelReceiver? receiver)
            && !receiver.Link.ControlOnly)
        {
            byte[] plaintext = new byte[datagram.Length - TransportHeader.OverheadBytes];
            if (_cipher.TryOpen(receiver.Session.ReceiveKey, header.Counter, default, datagram[TransportHeader.Length..], plaintext))
            {
                Plaintexts.Add(plaintext);
            }
        }
    }
}
