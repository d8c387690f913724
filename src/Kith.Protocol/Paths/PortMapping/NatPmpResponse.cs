using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A response of NAT-PMP (RFC 6886 sections 3.2, 3.3 and 3.5), also the announcement of the outside address.</summary>
/// <param name="Transport">The transport of a mapping, or null where the outside address was asked for.</param>
/// <param name="Result">How it went.</param>
/// <param name="EpochSeconds">How long the gateway has remembered mappings.</param>
/// <param name="Address">The outside address; none in an error.</param>
/// <param name="InternalPort">The port of ours; 0 in an error that is a bare header.</param>
/// <param name="ExternalPort">The outside port.</param>
/// <param name="LifetimeSeconds">How long the mapping lives.</param>
public readonly record struct NatPmpResponse(
    MappedTransport? Transport,
    NatPmpResult Result,
    uint EpochSeconds,
    InternetAddress Address = default,
    ushort InternalPort = 0,
    ushort ExternalPort = 0,
    uint LifetimeSeconds = 0)
{
    /// <summary>The longest response in bytes.</summary>
    public const int BytesMax = 16;

    private const byte ResponseBit = 0x80;

    /// <summary>Reads one. An error may be a bare header; what stands behind an error's header is read if it is there.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out NatPmpResponse response)
    {
        response = default;
        SpanReader reader = new(datagram);
        if (!reader.TryReadByte(out byte version)
            || !reader.TryReadByte(out byte opcode)
            || !reader.TryReadUInt16(out ushort result)
            || !reader.TryReadUInt32(out uint epoch)
            || version != 0
            || opcode is < ResponseBit or > (ResponseBit | NatPmpRequest.OpcodeTcp)
            || datagram.Length > BytesMax)
        {
            return false;
        }

        MappedTransport? transport = (opcode & ~ResponseBit) switch
        {
            NatPmpRequest.OpcodeUdp => MappedTransport.Udp,
            NatPmpRequest.OpcodeTcp => MappedTransport.Tcp,
            _ => null,
        };
        response = new NatPmpResponse(transport, (NatPmpResult)result, epoch);
        if (reader.Remaining == 0)
        {
            return result != (ushort)NatPmpResult.Success;
        }

        if (transport is null)
        {
            bool read = reader.TryReadBytes(InternetAddress.V4Bytes, out ReadOnlySpan<byte> address);
            response = read ? response with { Address = InternetAddress.FromBytes(address) } : default;
            return read && reader.Remaining == 0;
        }

        bool ok = reader.TryReadUInt16(out ushort internalPort) & reader.TryReadUInt16(out ushort externalPort) & reader.TryReadUInt32(out uint lifetime);
        response = response with { InternalPort = internalPort, ExternalPort = externalPort, LifetimeSeconds = lifetime };
        return ok && reader.Remaining == 0;
    }

    /// <summary>Writes it as a gateway does, in full; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte(0);
        writer.WriteByte((byte)(ResponseBit | Transport switch
        {
            MappedTransport.Udp => NatPmpRequest.OpcodeUdp,
            MappedTransport.Tcp => NatPmpRequest.OpcodeTcp,
            _ => NatPmpRequest.OpcodeAddress,
        }));
        writer.WriteUInt16((ushort)Result);
        writer.WriteUInt32(EpochSeconds);
        if (Transport is null)
        {
            Span<byte> address = writer.Take(InternetAddress.V4Bytes);
            address.Clear();
            if (Address.IsV4)
            {
                Address.WriteTo(address);
            }
        }
        else
        {
            writer.WriteUInt16(InternalPort);
            writer.WriteUInt16(ExternalPort);
            writer.WriteUInt32(LifetimeSeconds);
        }

        return writer.Position;
    }
}
