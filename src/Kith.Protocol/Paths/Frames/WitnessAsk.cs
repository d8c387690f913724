using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// "Where do you hear this member?": type 0x14, the member's short id (8 bytes). Asked of a member that both sides know before many packets go to an address, so
/// that the word of the addressee alone aims them nowhere. Answered with <see cref="Witness"/> or not at all.
/// </summary>
/// <param name="Member">Its short id (<see cref="Identity.NodeId.ShortId"/>).</param>
public readonly record struct WitnessAsk(ulong Member)
{
    /// <summary>Bytes of the frame.</summary>
    public const int Length = 9;

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, out WitnessAsk ask)
    {
        SpanReader reader = new(frame);
        bool ok = reader.TryReadByte(out byte type) & reader.TryReadUInt64(out ulong member);
        ask = ok ? new WitnessAsk(member) : default;
        return ok && type == (byte)FrameType.WitnessAsk && FramePadding.IsPadding(reader.Rest);
    }

    /// <summary>Writes the frame; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.WitnessAsk);
        writer.WriteUInt64(Member);
        return writer.Position;
    }
}
