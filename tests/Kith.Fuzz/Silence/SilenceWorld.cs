using System.Buffers.Binary;
using Kith.Fuzz.Targets;
using Kith.Protocol.Core;
using Kith.Protocol.Crypto;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Silence;

/// <summary>
/// Three whole nodes of one network on wires without delay: the one that is attacked, a member over IPv4 and a member over IPv6, each with a live session and path. Whatever the two
/// members sent to the attacked one is recorded.
/// </summary>
internal sealed class SilenceWorld : IDisposable
{
    private const ushort Port = 5484;

    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly byte[] _datagram = new byte[NodeCore.TransmitBufferBytes];
    private readonly ChaChaPoly _cipher = new();
    private readonly InternetEndpoint[][] _endpoints = [.. Enumerable.Range(1, 3).Select(static number => new[] { V4(number), V6(number) })];
    private long _milliseconds = 3_600_000;

    public SilenceWorld(bool useDht)
    {
        Nodes = [.. Enumerable.Range(0, 3).Select(index => Create(index, useDht && index == 0))];
        NetworkId network = Nodes[0].CreateNetwork(Now, "home", []).Id;
        InviteLine invite = Nodes[0].CreateInvite(Now, network, MemberRole.Member, 2, TimeSpan.FromHours(1));
        Nodes[1].BeginJoin(Now, invite);
        Nodes[2].BeginJoin(Now, invite);
        for (int i = 0; i < 3000 && !IsLive(1); i++)
        {
            Step(10);
        }

        // Until nothing new is said: synchronised, paths measured, packet sizes found.
        for (int i = 0; i < 500; i++)
        {
            Step(20);
        }

        if (!IsLive(1) || !IsLive(2))
        {
            throw new InvalidOperationException("the members have no live session with the node under attack");
        }
    }

    /// <summary>The attacked one and the two members.</summary>
    public NodeCore[] Nodes { get; }

    /// <summary>The node under attack.</summary>
    public NodeCore Victim => Nodes[0];

    /// <summary>What the members sent to it so far, and from where: handshakes, frames, control traffic.</summary>
    public List<(InternetEndpoint Source, byte[] Datagram)> Recorded { get; } = [];

    /// <summary>Both clocks of all nodes.</summary>
    public ClockReading Now => new(new Instant(_milliseconds * TimeSpan.TicksPerMillisecond), 1_767_225_600_000 + _milliseconds);

    /// <summary>Where a node is, over IPv4 and IPv6.</summary>
    public IReadOnlyList<InternetEndpoint> EndpointsOf(int node) => _endpoints[node];

    /// <summary>Where the attacked node sends what is for its members.</summary>
    public InternetEndpoint?[] PathsOfVictim() => [.. Links().Select(static link => link.Endpoint)];

    /// <summary>The attacked node's links to the two members.</summary>
    public PeerLink[] Links()
    {
        TunnelSnapshot snapshot = Victim.BuildSnapshot();
        return [snapshot.Relays.Members[Nodes[1].Id.ShortId].Link, snapshot.Relays.Members[Nodes[2].Id.ShortId].Link];
    }

    /// <summary>Lets time pass and carries everything that the nodes say, until they are quiet. Returns how much the attacked one gave to its TUN device, which is nothing.</summary>
    public int Step(int milliseconds)
    {
        _milliseconds += milliseconds;
        int tun = 0;
        foreach (NodeCore node in Nodes)
        {
            node.HandleTimeout(Now);
        }

        for (bool any = true; any;)
        {
            any = false;
            for (int i = 0; i < Nodes.Length; i++)
            {
                any |= Pump(i, ref tun);
            }
        }

        return tun;
    }

    /// <summary>A packet of a member to the attacked node, sealed and new: an IP packet that goes out of the TUN device there.</summary>
    public byte[] SealPacket(int member, ushort number)
    {
        TunnelSnapshot snapshot = Nodes[member].BuildSnapshot();
        PeerLink link = snapshot.Relays.Members[Victim.Id.ShortId].Link;
        TransportSession session = link.Current!;
        (InternetAddress to, TunnelRoute route) = snapshot.Routes.First(entry => !entry.Key.IsV4 && entry.Value.Link == link);
        byte[] packet = new byte[64];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), 24);
        packet[6] = 17;
        packet[7] = 64;
        route.Local.WriteTo(packet.AsSpan(8));
        to.WriteTo(packet.AsSpan(24));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(40), number);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(42), 9);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(44), 24);
        session.TryTakeCounters(1, out ulong counter);
        byte[] datagram = new byte[packet.Length + TransportHeader.OverheadBytes];
        new TransportHeader(session.RemoteIndex, counter).Encode(datagram);
        _cipher.Seal(session.SendKey, counter, default, packet, datagram.AsSpan(TransportHeader.Length));
        return datagram;
    }

    /// <summary>A new handshake's first message of a member, which the attacked node has not seen and will answer.</summary>
    public byte[] NewInitiation(int member)
    {
        // After the session is too old, the member begins anew with the first packet it has to send; who listens here keeps it from the wire.
        for (int i = 0; i < 40_000; i++)
        {
            _milliseconds += 100;
            Nodes[member].HandleTimeout(Now);
            while (Nodes[member].TryGetTransmit(Now, _buffer, out NodeTransmit transmit))
            {
                if (transmit.Endpoint == _endpoints[0][member - 1] && transmit.Length == InitiationMessage.Length && TunnelMessage.TypeOf(_buffer.AsSpan(0, transmit.Length)) == TunnelMessageType.Initiation)
                {
                    return _buffer[..transmit.Length];
                }
            }
        }

        throw new InvalidOperationException("the member never began a handshake");
    }

    public void Dispose()
    {
        foreach (NodeCore node in Nodes)
        {
            node.Dispose();
        }

        _cipher.Dispose();
    }

    private static InternetEndpoint V4(int number) => new(InternetAddress.FromV4(0x0A000000 + (uint)number), Port);

    private static InternetEndpoint V6(int number) => new(InternetAddress.FromBytes([0x20, 1, 0x0D, 0xB8, .. new byte[11], (byte)number]), Port);

    private bool IsLive(int member)
    {
        TunnelSnapshot snapshot = Victim.BuildSnapshot();
        return snapshot.Relays.Members.TryGetValue(Nodes[member].Id.ShortId, out RelayMember? found) && found.Link.Current is not null && found.Link.Endpoint is not null;
    }

    // The attacked node has both families, the first member IPv4 alone and the second IPv6.
    private NodeCore Create(int index, bool useDht)
    {
        FuzzRandomSource random = new(500 + (ulong)index);
        NodeCoreOptions options = new() { DeviceName = $"device-{index}", Port = Port, HasTun = true, Dht = useDht ? new DhtOptions { IsFirst = true } : null };
        NodeCore core = new(NodeKey.Generate(random), options, new MemoryStore(), random, Now);
        InternetPrefix[] all = [new(_endpoints[index][0].Address, 24), new(_endpoints[index][1].Address, 64)];
        core.HandleLocalAddresses(Now, index == 0 ? all : [all[index - 1]]);
        return core;
    }

    private bool Pump(int from, ref int tun)
    {
        bool any = false;
        while (Nodes[from].TryGetEvent(out _))
        {
        }

        while (Nodes[from].TryGetTransmit(Now, _buffer, out NodeTransmit transmit))
        {
            any = true;
            tun += from == 0 && transmit.Kind == NodeTransmitKind.Tun ? 1 : 0;
            int family = transmit.Endpoint.Address.IsV4 ? 0 : 1;
            int to = transmit.Kind == NodeTransmitKind.Datagram ? Array.FindIndex(_endpoints, all => all[family] == transmit.Endpoint) : -1;
            bool isWired = to >= 0 && Reaches(from, family) && Reaches(to, family);
            if (!isWired)
            {
                continue;
            }

            Span<byte> datagram = _datagram.AsSpan(0, transmit.Length);
            _buffer.AsSpan(0, transmit.Length).CopyTo(datagram);
            if (to == 0 && Recorded.Count < 4096)
            {
                Recorded.Add((_endpoints[from][family], datagram.ToArray()));
            }

            Nodes[to].HandleDatagram(Now, _endpoints[from][family], datagram);
        }

        return any;
    }

    private static bool Reaches(int node, int family) => node == 0 || node == family + 1;
}
