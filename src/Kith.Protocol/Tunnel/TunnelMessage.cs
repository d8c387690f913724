using System.Buffers.Binary;

namespace Kith.Protocol.Tunnel;

/// <summary>What all WireGuard messages share: the type byte and three zeros in front (WireGuard section 5.4).</summary>
public static class TunnelMessage
{
    private const int TypeBytes = 4;

    /// <summary>The type of a datagram; <see cref="TunnelMessageType.None"/> if it is not one of the four. Says nothing of the rest.</summary>
    public static TunnelMessageType TypeOf(ReadOnlySpan<byte> datagram)
    {
        // Read as one little-endian number, the type with its three zeros is just the type.
        uint type = datagram.Length < TypeBytes ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(datagram);
        return type <= (uint)TunnelMessageType.Transport ? (TunnelMessageType)type : TunnelMessageType.None;
    }

    internal static void WriteType(Span<byte> destination, TunnelMessageType type) =>
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)type);

    internal static void WriteField(ReadOnlySpan<byte> field, Span<byte> destination)
    {
        if (field.Length != destination.Length)
        {
            throw new ArgumentException("A field of the message has the wrong length.", nameof(field));
        }

        field.CopyTo(destination);
    }
}
