using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>What a light member has to send: datagrams of its tunnel, and its stack's packets sealed into it.</summary>
internal sealed class TunnelOutbox(TunnelMachine machine, TunnelPeer peer, NetworkStack stack)
{
    private static readonly byte[] s_packet = new byte[NetworkStackOptions.MtuMax];

    /// <summary>Writes the next datagram; 0 if there is none.</summary>
    public int Take(ClockReading now, Span<byte> buffer)
    {
        while (machine.TryGetEvent(out _))
        {
            // Nobody asks here.
        }

        if (machine.TryGetTransmit(buffer, out TunnelTransmit transmit))
        {
            return transmit.Length;
        }

        if (!stack.TryGetPacket(now.Monotonic, s_packet, out StackPacket packet))
        {
            return 0;
        }

        machine.Send(now, peer, s_packet.AsSpan(0, packet.Length));
        return machine.TryGetTransmit(buffer, out transmit) ? transmit.Length : 0;
    }
}
