using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A response of PCP (RFC 6887 sections 7.2 and 11.1), also the unsolicited ANNOUNCE. Options behind it are ignored.</summary>
/// <param name="Version">The server's version; another than <see cref="PcpRequest.Version"/> only with <see cref="PcpResult.UnsupportedVersion"/>.</param>
/// <param name="Opcode">What was asked.</param>
/// <param name="Result">How it went.</param>
/// <param name="LifetimeSeconds">How long the mapping lives, or how long the error is to be believed.</param>
/// <param name="EpochSeconds">How long the server has remembered mappings.</param>
/// <param name="Map">The mapping; null in ANNOUNCE, and in an error that is a bare header.</param>
public readonly record struct PcpResponse(byte Version, PcpOpcode Opcode, PcpResult Result, uint LifetimeSeconds, uint EpochSeconds, PcpMap? Map)
{
    /// <summary>The longest message that PCP allows (RFC 6887 section 7).</summary>
    public const int BytesMax = 1100;

    private const byte ResponseBit = 0x80;
    private const int ReservedBytes = 12;

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out PcpResponse response)
    {
        response = default;
        SpanReader reader = new(datagram);
        if (datagram.Length > BytesMax
            || datagram.Length % 4 != 0
            || !reader.TryReadByte(out byte version)
            || !reader.TryReadByte(out byte opcode)
            || !reader.TryReadByte(out _)
            || !reader.TryReadByte(out byte result)
            || !reader.TryReadUInt32(out uint lifetime)
            || !reader.TryReadUInt32(out uint epoch)
            || !reader.TryReadBytes(ReservedBytes, out _)
            || version == 0
            || (opcode & ResponseBit) == 0
            || (opcode & ~ResponseBit) > (byte)PcpOpcode.Map
            || (version != PcpRequest.Version && result != (byte)PcpResult.UnsupportedVersion))
        {
            return false;
        }

        PcpOpcode asked = (PcpOpcode)(opcode & ~ResponseBit);
        PcpMap map = default;
        bool hasMap = asked == PcpOpcode.Map && version == PcpRequest.Version && PcpMap.TryRead(ref reader, out map);
        if (asked == PcpOpcode.Map && !hasMap && result == (byte)PcpResult.Success)
        {
            return false;
        }

        response = new PcpResponse(version, asked, (PcpResult)result, lifetime, epoch, hasMap ? map : null);
        return true;
    }

    /// <summary>Writes it as a server does; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte(Version);
        writer.WriteByte((byte)(ResponseBit | (byte)Opcode));
        writer.WriteByte(0);
        writer.WriteByte((byte)Result);
        writer.WriteUInt32(LifetimeSeconds);
        writer.WriteUInt32(EpochSeconds);
        writer.Take(ReservedBytes).Clear();
        Map?.Write(ref writer);
        return writer.Position;
    }
}
