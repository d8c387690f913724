using Kith.Node.Lan;
using Kith.Node.Tcp;
using Kith.Protocol.Core;
using Kith.Protocol.Netstack;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Node.Hosting;

/// <summary>
/// Carries out what the core wants sent: first all that keeps sessions, paths and names alive, then the packets of its user-space stack, a bounded amount each time.
/// Never waits: packets that the socket has no room for stay here or in the stack. On the loop's thread alone.
/// </summary>
internal sealed class PacketCarrier(NodeCore core, FastPath fastPath, MulticastSocket? lan, TcpConnections tcp)
{
    /// <summary>How soon to try again when the socket had no room.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(1);

    // Large segments between two looks at the inbox: a stream's acknowledgments are not to wait until all windows are full.
    private const int StackPacketsPerTurnMax = 32;

    // Room for as many packets with their common headers as one send takes, and not for one more.
    private const int StackBufferBytes = (FastPath.StackSegmentsMax * (PeerLink.DefaultMtuBytes - StackPacket.HeaderBytesMin)) + StackPacket.HeaderBytesMin;

    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly byte[] _stackBuffer = GC.AllocateUninitializedArray<byte>(StackBufferBytes, pinned: true);
    private StackTransmit _held;

    /// <summary>Whether something waits for room in the socket: call again after <see cref="RetryInterval"/> at the latest.</summary>
    public bool IsHeldUp { get; private set; }

    /// <summary>Carries out. True if there may be more: then call again without waiting, after a look at the inbox.</summary>
    public bool CarryOut(ClockReading now)
    {
        CarryOutTransmits(now);
        for (int i = 0; i < StackPacketsPerTurnMax; i++)
        {
            if (_held.Link is null && !core.TryGetStackPacket(now, _stackBuffer, out _held))
            {
                IsHeldUp = !fastPath.TryFlushStack();
                return false;
            }

            if (_held.Link is null)
            {
                CarryOutTransmits(now);
                continue;
            }

            if (!fastPath.TrySendStackPacket(_held.Link, _stackBuffer.AsSpan(0, _held.Packet.Length), _held.Packet))
            {
                IsHeldUp = true;
                return false;
            }

            _held = default;
        }

        IsHeldUp = !fastPath.TryFlushStack();
        return !IsHeldUp;
    }

    private void CarryOutTransmits(ClockReading now)
    {
        while (core.TryGetTransmit(now, _buffer, out NodeTransmit transmit))
        {
            ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, transmit.Length);
            switch (transmit.Kind)
            {
                case NodeTransmitKind.Datagram:
                    fastPath.Send(transmit.Endpoint, bytes, transmit.Ttl, transmit.DontFragment);
                    break;
                case NodeTransmitKind.Tcp when PathAddress.TryGetTcp(transmit.Endpoint, out int connection):
                    tcp.Send(connection, bytes);
                    break;
                case NodeTransmitKind.Tun:
                    fastPath.SendTun(bytes);
                    break;
                case NodeTransmitKind.LanMulticast:
                    lan?.SendMulticast(bytes);
                    break;
                default:
                    lan?.SendUnicast(transmit.Endpoint, bytes);
                    break;
            }
        }
    }
}
