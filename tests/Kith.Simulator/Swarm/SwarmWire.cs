using System.Buffers.Binary;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>
/// Looks at everything that nodes send: no counter is used twice under one key, no handshake's ephemeral key for two handshakes, nothing goes to strangers but cookies, and to nodes
/// of the DHT nothing but what belongs to it.
/// </summary>
internal sealed class SwarmWire(IReadOnlyDictionary<InternetAddress, SimMachine> strangers, IReadOnlySet<InternetAddress> dhtNodes)
{
    private const int TagBytes = 8;
    private const int EphemeralOffset = 8;

    private readonly Dictionary<(ulong Sender, uint Receiver, ulong Counter), ulong> _counters = [];
    private readonly Dictionary<Bytes32, ulong> _ephemerals = [];

    /// <summary>Packets that were looked at.</summary>
    public long Looked => _counters.Count;

    /// <summary>A machine sends.</summary>
    public void Sent(SimMachine from, in InternetEndpoint destination, ReadOnlySpan<byte> datagram)
    {
        if (from.Host is not SimNode)
        {
            return;
        }

        if (strangers.ContainsKey(destination.Address))
        {
            SimFailure.Unless(datagram.Length == 64 && datagram[0] == (byte)TunnelMessageType.CookieReply, $"{from} sent a stranger {SimPackets.Describe(destination.Port, datagram)}");
        }

        if (dhtNodes.Contains(destination.Address))
        {
            SimFailure.Unless(datagram.Length > 0 && datagram[0] == (byte)'d', $"{from} sent a node of the DHT {SimPackets.Describe(destination.Port, datagram)}");
        }

        Look((ulong)from.Index, from.Name, datagram);
    }

    /// <summary>A node sends a sealed datagram through another one.</summary>
    public void Wrapped(SimMachine from, in RelayFrame relay) => Look((ulong)from.Index, from.Name, relay.Datagram);

    private void Look(ulong sender, string name, ReadOnlySpan<byte> datagram)
    {
        if (TransportHeader.TryDecode(datagram, out TransportHeader header))
        {
            ulong tag = BinaryPrimitives.ReadUInt64LittleEndian(datagram[^TagBytes..]);
            if (!_counters.TryAdd((sender, header.Receiver, header.Counter), tag) && _counters[(sender, header.Receiver, header.Counter)] != tag)
            {
                throw new SimFailure($"{name} sealed two packets with counter {header.Counter} for receiver {header.Receiver:x8}");
            }
        }
        else if (datagram.Length == 148 && datagram[0] == (byte)TunnelMessageType.Initiation)
        {
            Bytes32 ephemeral = new(datagram.Slice(EphemeralOffset, Bytes32.Length));
            ulong rest = BinaryPrimitives.ReadUInt64LittleEndian(datagram[(EphemeralOffset + Bytes32.Length)..]);
            SimFailure.Unless(_ephemerals.TryAdd(ephemeral, rest) || _ephemerals[ephemeral] == rest, $"{name} used an ephemeral key for two handshakes");
        }
    }
}
