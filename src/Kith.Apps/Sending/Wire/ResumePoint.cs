using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>A place from which a file may go on.</summary>
/// <param name="Offset">How many bytes the receiver has.</param>
/// <param name="Sha256">Of those bytes.</param>
internal readonly record struct ResumePoint(long Offset, Bytes32 Sha256)
{
    /// <summary>Its length in a record.</summary>
    public const int Bytes = 8 + Bytes32.Length;

    /// <summary>Reads one.</summary>
    public static bool TryRead(ref SpanReader reader, out ResumePoint point)
    {
        point = default;
        if (!reader.TryReadUInt64(out ulong offset) || offset > SendLimits.FileBytesMax || !reader.TryReadBytes(Bytes32.Length, out ReadOnlySpan<byte> hash))
        {
            return false;
        }

        point = new ResumePoint((long)offset, new Bytes32(hash));
        return true;
    }

    /// <summary>Writes it.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteUInt64((ulong)Offset);
        Sha256.WriteTo(writer.Take(Bytes32.Length));
    }
}
