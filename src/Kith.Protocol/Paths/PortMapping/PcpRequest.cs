using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A request of PCP, version 2 (RFC 6887 sections 7.1 and 11.1): ANNOUNCE without, MAP with a mapping. No options.</summary>
/// <param name="LifetimeSeconds">How long the mapping is wanted; 0 removes it, and stands in ANNOUNCE.</param>
/// <param name="Client">Our own address; the server refuses the request if it came from another.</param>
/// <param name="Map">The mapping, or null for ANNOUNCE.</param>
public readonly record struct PcpRequest(uint LifetimeSeconds, InternetAddress Client, PcpMap? Map)
{
    /// <summary>The version that is spoken.</summary>
    public const byte Version = 2;

    /// <summary>Bytes of every request's beginning.</summary>
    public const int HeaderBytes = 24;

    /// <summary>The longest that is written.</summary>
    public const int BytesMax = HeaderBytes + PcpMap.ByteCount;

    /// <summary>Reads a request as a server does; options behind it are ignored.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out PcpRequest request)
    {
        request = default;
        SpanReader reader = new(datagram);
        if (!reader.TryReadByte(out byte version)
            || version != Version
            || !reader.TryReadByte(out byte opcode)
            || opcode > (byte)PcpOpcode.Map
            || !reader.TryReadUInt16(out _)
            || !reader.TryReadUInt32(out uint lifetime)
            || !reader.TryReadBytes(InternetAddress.V6Bytes, out ReadOnlySpan<byte> client))
        {
            return false;
        }

        PcpMap map = default;
        bool isMap = opcode == (byte)PcpOpcode.Map;
        if (isMap && !PcpMap.TryRead(ref reader, out map))
        {
            return false;
        }

        request = new PcpRequest(lifetime, InternetAddress.FromBytes(client), isMap ? map : null);
        return true;
    }

    /// <summary>Writes it; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte(Version);
        writer.WriteByte((byte)(Map is null ? PcpOpcode.Announce : PcpOpcode.Map));
        writer.WriteUInt16(0);
        writer.WriteUInt32(LifetimeSeconds);
        Client.WriteMappedTo(writer.Take(InternetAddress.V6Bytes));
        Map?.Write(ref writer);
        return writer.Position;
    }
}
