using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core.Nuisances;

/// <summary>
/// A member whose key is good and whose program does what it likes: a tunnel to one other member, a stack of its own in it, and nothing that says no. Without IO, so that
/// tests in memory and the lab use the same.
/// </summary>
internal sealed class HostileMember : IDisposable
{
    private readonly TunnelMachine _machine;
    private readonly HandshakeClock _clock = new(0);
    private readonly TunnelPeer _peer;
    private readonly NetworkStack _stack;
    private readonly Action<ReadOnlyMemory<byte>> _send;
    private readonly byte[] _outgoing = new byte[TunnelLimits.DatagramBytesMax];
    private readonly byte[] _packet = new byte[StackPacket.LengthMax];

    /// <summary>Takes a member's place.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="network">A network that both are in.</param>
    /// <param name="victim">The other member.</param>
    /// <param name="random">Randomness.</param>
    /// <param name="send">Carries a datagram to the victim.</param>
    public HostileMember(NodeKey key, NetworkId network, NodeId victim, RandomSource random, Action<ReadOnlyMemory<byte>> send)
    {
        Key = key;
        Network = network;
        Victim = victim;
        _send = send;
        byte[] secret = new byte[32];
        key.CopyTunnelPrivateKey(secret);
        _machine = new TunnelMachine(secret, new ReceiverIndexTable(), _clock, random);
        Assert.True(victim.TryGetTunnelPublicKey(out Bytes32 victimKey));
        _peer = _machine.AddPeer(victimKey, new PeerLink(1));
        _stack = new NetworkStack(new NetworkStackOptions { ConnectionsMax = 50_000, EphemeralPortFirst = 2048, Mtu = PeerLink.DefaultMtuBytes }, random, new LocalPorts());
        _stack.AddAddress(Address);
    }

    /// <summary>Its key.</summary>
    public NodeKey Key { get; }

    /// <summary>The network.</summary>
    public NetworkId Network { get; }

    /// <summary>The member it is a nuisance to.</summary>
    public NodeId Victim { get; }

    /// <summary>Its virtual address.</summary>
    public InternetAddress Address => VirtualAddress.ForV6(Network, Key.Id);

    /// <summary>Whether there is a session.</summary>
    public bool IsConnected => _peer.Session is not null;

    /// <summary>While true it hears no packet of its streams: those it opens stay half-open.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Streams it has, of whatever state.</summary>
    public int StreamCount => _stack.ConnectionCount;

    /// <summary>When <see cref="HandleTimeout"/> is due.</summary>
    public Instant NextTimeout => Instant.Min(_machine.NextTimeout, _stack.NextTimeout);

    /// <summary>Begins a handshake.</summary>
    public void Connect(ClockReading now)
    {
        _machine.BeginHandshake(now, _peer);
        Flush(now);
    }

    /// <summary>Takes a datagram of the victim.</summary>
    public void Receive(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
        TunnelVerdict verdict = _machine.HandleDatagram(now, source, datagram, out _, out _, out Span<byte> plaintext);
        if (verdict == TunnelVerdict.Plaintext && plaintext[0] >> 4 is 4 or 6 && !IsDeaf)
        {
            _stack.HandlePacket(now, plaintext);
        }

        Flush(now);
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(ClockReading now)
    {
        _machine.HandleTimeout(now);
        _stack.HandleTimeout(now);
        Flush(now);
    }

    /// <summary>Seals anything and sends it.</summary>
    public void Send(ClockReading now, ReadOnlySpan<byte> plaintext)
    {
        _machine.Send(now, _peer, plaintext);
        Flush(now);
    }

    /// <summary>Opens a TCP connection to a port of the victim.</summary>
    public TcpConnection Dial(ClockReading now, ushort port)
    {
        TcpConnection connection = _stack.Connect(now, Address, new InternetEndpoint(VirtualAddress.ForV6(Network, Victim), port));
        Flush(now);
        return connection;
    }

    /// <summary>Forgets all its streams.</summary>
    public void AbortAll(ClockReading now)
    {
        foreach (TcpConnection connection in _stack.FindConnections(static _ => true))
        {
            connection.Abort(now);
        }

        Flush(now);
    }

    /// <summary>Opens a control stream and says hello.</summary>
    public ControlStream OpenControl(ClockReading now)
    {
        ControlStream stream = new(Dial(now, ControlConstants.Port));
        byte[] hello = new byte[HelloMessage.BodyBytes];
        new HelloMessage(ControlConstants.Version, Network, StreamPurpose.Synchronize, Key.Id).Encode(hello);
        stream.Write(now, ControlMessageType.Hello, hello);
        return stream;
    }

    /// <summary>Sends what machine and stack have to send.</summary>
    public void Flush(ClockReading now)
    {
        while (_stack.TryGetPacket(now, _packet, out StackPacket packet))
        {
            _machine.Send(now, _peer, _packet.AsSpan(0, packet.Length));
        }

        while (_stack.TryGetEvent(out _) || _machine.TryGetEvent(out _))
        {
            // What happens to its streams is all the same to it.
        }

        _clock.MarkPersisted(_clock.Ceiling);
        while (_machine.TryGetTransmit(_outgoing, out TunnelTransmit transmit))
        {
            _send(_outgoing.AsMemory(0, transmit.Length));
        }
    }

    public void Dispose() => _machine.Dispose();
}
