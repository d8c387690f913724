using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What the MAP opcode carries, in requests and in responses (RFC 6887 section 11.1).</summary>
/// <param name="Nonce">The mapping's owner.</param>
/// <param name="Transport">The transport's number; 0 in nothing that Kith asks for.</param>
/// <param name="InternalPort">The port of ours.</param>
/// <param name="External">Outside address and port: suggested in a request, assigned in a response.</param>
public readonly record struct PcpMap(PcpNonce Nonce, MappedTransport Transport, ushort InternalPort, InternetEndpoint External)
{
    /// <summary>Bytes on the wire.</summary>
    public const int ByteCount = 36;

    /// <summary>Reads it; reserved bytes are ignored.</summary>
    public static bool TryRead(ref SpanReader reader, out PcpMap map)
    {
        map = default;
        if (!reader.TryReadUInt64(out ulong high)
            || !reader.TryReadUInt32(out uint low)
            || !reader.TryReadByte(out byte transport)
            || !reader.TryReadBytes(3, out _)
            || !reader.TryReadUInt16(out ushort internalPort)
            || !reader.TryReadUInt16(out ushort externalPort)
            || !reader.TryReadBytes(InternetAddress.V6Bytes, out ReadOnlySpan<byte> external))
        {
            return false;
        }

        map = new PcpMap(new PcpNonce(high, low), (MappedTransport)transport, internalPort, new InternetEndpoint(InternetAddress.FromBytes(external), externalPort));
        return true;
    }

    /// <summary>Writes it.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteUInt64(Nonce.High);
        writer.WriteUInt32(Nonce.Low);
        writer.WriteByte((byte)Transport);
        writer.Take(3).Clear();
        writer.WriteUInt16(InternalPort);
        writer.WriteUInt16(External.Port);
        External.Address.WriteMappedTo(writer.Take(InternetAddress.V6Bytes));
    }
}
