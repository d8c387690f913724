using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>What is kept of a file besides its name and content.</summary>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedNanoseconds">When it was last written, in nanoseconds since 1970 (UTC).</param>
/// <param name="Mode">Its permissions: nine bits.</param>
internal readonly record struct EntryDetails(long Size, long ModifiedNanoseconds, ushort Mode)
{
    /// <summary>Its length in a record.</summary>
    public const int Bytes = 18;

    private const ushort ModeMax = 0x1FF;

    /// <summary>Reads them; false if a file cannot have them.</summary>
    public static bool TryRead(ref SpanReader reader, out EntryDetails details)
    {
        details = default;
        if (!reader.TryReadUInt64(out ulong size) || !reader.TryReadUInt64(out ulong modified) || !reader.TryReadUInt16(out ushort mode)
            || size > SendLimits.FileBytesMax || mode > ModeMax)
        {
            return false;
        }

        details = new EntryDetails((long)size, (long)modified, mode);
        return true;
    }

    /// <summary>Writes them.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteUInt64((ulong)Size);
        writer.WriteUInt64((ulong)ModifiedNanoseconds);
        writer.WriteUInt16(Mode);
    }
}
