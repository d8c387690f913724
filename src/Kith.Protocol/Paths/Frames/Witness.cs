using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// "I hear that member here": type 0x15, the member's short id (8 bytes), the endpoint (<see cref="EndpointField"/>) that its authenticated packets come from. Said
/// only about a member that shares a network with the asker, and only of a path that works now.
/// </summary>
/// <param name="Member">Its short id (<see cref="Identity.NodeId.ShortId"/>).</param>
/// <param name="Endpoint">Where its packets come from.</param>
public readonly record struct Witness(ulong Member, InternetEndpoint Endpoint)
{
    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 9 + EndpointField.BytesMax;

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, out Witness witness)
    {
        witness = default;
        SpanReader reader = new(frame);
        if (!reader.TryReadByte(out byte type) || type != (byte)FrameType.Witness || !reader.TryReadUInt64(out ulong member)
            || !EndpointField.TryRead(ref reader, out InternetEndpoint endpoint) || !EndpointField.IsUnicast(endpoint) || !FramePadding.IsPadding(reader.Rest))
        {
            return false;
        }

        witness = new Witness(member, endpoint);
        return true;
    }

    /// <summary>Writes the frame; returns its length, at most <see cref="BytesMax"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.Witness);
        writer.WriteUInt64(Member);
        EndpointField.Write(ref writer, Endpoint);
        return writer.Position;
    }
}
