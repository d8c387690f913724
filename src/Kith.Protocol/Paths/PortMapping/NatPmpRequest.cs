using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A request of NAT-PMP (RFC 6886 sections 3.2 and 3.3): for the outside address, or for a mapping.</summary>
/// <param name="Transport">The transport of a mapping, or null to ask for the outside address.</param>
/// <param name="InternalPort">The port of ours.</param>
/// <param name="ExternalPort">The outside port that is suggested; 0 with a lifetime of 0 removes the mapping.</param>
/// <param name="LifetimeSeconds">How long it is wanted; 0 removes it.</param>
public readonly record struct NatPmpRequest(MappedTransport? Transport, ushort InternalPort = 0, ushort ExternalPort = 0, uint LifetimeSeconds = 0)
{
    /// <summary>Bytes of the question for the address.</summary>
    public const int AddressBytes = 2;

    /// <summary>Bytes of a request for a mapping.</summary>
    public const int BytesMax = 12;

    internal const byte OpcodeAddress = 0;
    internal const byte OpcodeUdp = 1;
    internal const byte OpcodeTcp = 2;

    /// <summary>Reads a request as a gateway does.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out NatPmpRequest request)
    {
        request = default;
        SpanReader reader = new(datagram);
        if (!reader.TryReadByte(out byte version) || version != 0 || !reader.TryReadByte(out byte opcode) || opcode > OpcodeTcp)
        {
            return false;
        }

        if (opcode == OpcodeAddress)
        {
            request = new NatPmpRequest((MappedTransport?)null);
            return reader.Remaining == 0;
        }

        bool ok = reader.TryReadUInt16(out _)
            & reader.TryReadUInt16(out ushort internalPort)
            & reader.TryReadUInt16(out ushort externalPort)
            & reader.TryReadUInt32(out uint lifetime);
        request = new NatPmpRequest(opcode == OpcodeUdp ? MappedTransport.Udp : MappedTransport.Tcp, internalPort, externalPort, lifetime);
        return ok && reader.Remaining == 0;
    }

    /// <summary>Writes it; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte(0);
        writer.WriteByte(Transport switch { MappedTransport.Udp => OpcodeUdp, MappedTransport.Tcp => OpcodeTcp, _ => OpcodeAddress });
        if (Transport is not null)
        {
            writer.WriteUInt16(0);
            writer.WriteUInt16(InternalPort);
            writer.WriteUInt16(ExternalPort);
            writer.WriteUInt32(LifetimeSeconds);
        }

        return writer.Position;
    }
}
