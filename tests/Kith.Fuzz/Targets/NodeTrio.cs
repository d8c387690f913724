using Kith.Protocol.Core;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// Three whole nodes of one network on wires without delay, of which the second and the third reach each other only through the first. Relay frames that the second
/// sends to the first are kept as they are inside the tunnel.
/// </summary>
internal sealed class NodeTrio : IDisposable
{
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly InternetEndpoint[] _endpoints = [.. Enumerable.Range(1, 3).Select(static i => new InternetEndpoint(InternetAddress.FromV4(0x0A000000 + (uint)i), 5484))];
    private readonly ChaChaPoly _cipher = new();
    private long _milliseconds = 3_600_000;

    public NodeTrio()
    {
        Nodes = [.. Enumerable.Range(0, 3).Select(Create)];
        NetworkId network = Nodes[0].CreateNetwork(Now, "home", []).Id;
        InviteLine invite = Nodes[0].CreateInvite(Now, network, MemberRole.Member, 2, TimeSpan.FromHours(1));
        Nodes[1].BeginJoin(Now, invite);
        Nodes[2].BeginJoin(Now, invite);
        for (int i = 0; i < 2000 && Frames.Count < 60; i++)
        {
            Step();
        }
    }

    /// <summary>The relay and the two that need it.</summary>
    public NodeCore[] Nodes { get; }

    /// <summary>Relay frames from the second to the first, in order.</summary>
    public List<byte[]> Frames { get; } = [];

    /// <summary>Where the nodes are.</summary>
    public IReadOnlyList<InternetEndpoint> Endpoints => _endpoints;

    /// <summary>Both clocks of all nodes.</summary>
    public ClockReading Now => new(new Instant(_milliseconds * TimeSpan.TicksPerMillisecond), 1_767_225_600_000 + _milliseconds);

    /// <summary>The first one's end of its session with another.</summary>
    public (PeerLink Link, TransportSession Session) SessionOf(int of, int with)
    {
        TunnelSnapshot snapshot = Nodes[of].BuildSnapshot();
        PeerLink link = snapshot.Relays.Members[Nodes[with].Id.ShortId].Link;
        return (link, snapshot.Receivers.Values.First(receiver => receiver.Link == link && !receiver.Session.IsRetired).Session);
    }

    /// <summary>Carries everything and lets ten milliseconds pass.</summary>
    public void Step()
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            Pump(i);
        }

        _milliseconds += 10;
        foreach (NodeCore node in Nodes)
        {
            node.HandleTimeout(Now);
        }
    }

    public void Dispose()
    {
        foreach (NodeCore node in Nodes)
        {
            node.Dispose();
        }

        _cipher.Dispose();
    }

    private NodeCore Create(int index)
    {
        FuzzRandomSource random = new(300 + (ulong)index);
        NodeCore core = new(NodeKey.Generate(random), new NodeCoreOptions { DeviceName = $"device-{index}", Port = 5484, HasTun = true }, new MemoryStore(), random, Now);
        core.HandleLocalAddresses(Now, [new InternetPrefix(_endpoints[index].Address, 24)]);
        return core;
    }

    private void Pump(int from)
    {
        while (Nodes[from].TryGetEvent(out _))
        {
        }

        while (Nodes[from].TryGetTransmit(Now, _buffer, out NodeTransmit transmit))
        {
            int to = Array.IndexOf(_endpoints, transmit.Endpoint);
            if (transmit.Kind != NodeTransmitKind.Datagram || to < 0 || (from != 0 && to != 0))
            {
                continue;
            }

            byte[] datagram = _buffer.AsSpan(0, transmit.Length).ToArray();
            if (from == 1)
            {
                Keep(datagram);
            }

            Nodes[to].HandleDatagram(Now, _endpoints[from], datagram);
        }
    }

    private void Keep(ReadOnlySpan<byte> datagram)
    {
        if (TransportHeader.TryDecode(datagram, out TransportHeader header)
            && datagram.Length > TransportHeader.OverheadBytes
            && Nodes[0].BuildSnapshot().Receivers.TryGetValue(header.Receiver, out TunnelReceiver? receiver))
        {
            byte[] plaintext = new byte[datagram.Length - TransportHeader.OverheadBytes];
            if (_cipher.TryOpen(receiver.Session.ReceiveKey, header.Counter, default, datagram[TransportHeader.Length..], plaintext) && plaintext[0] == 0x13)
            {
                Frames.Add(plaintext);
            }
        }
    }
}
