using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>The sender's first record: what it would like to send. The receiver shows it to whoever is asked.</summary>
/// <param name="Transfer">Chosen by chance for each run of the command; the same after a link was lost, so that nobody is asked twice.</param>
/// <param name="Files">How many files and links there are.</param>
/// <param name="Bytes">How long the files are together.</param>
/// <param name="Roots">How many files and folders were named.</param>
/// <param name="First">The name of the first of them.</param>
internal sealed record HelloRecord(Bytes16 Transfer, long Files, long Bytes, uint Roots, string First) : IRecordBody
{
    private const int FixedBytes = 1 + Bytes16.Length + 8 + 8 + 4;

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Hello;

    /// <inheritdoc/>
    public int BodyBytes => FixedBytes + WireText.Bytes(First);

    /// <summary>Reads one of this version.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out HelloRecord? hello)
    {
        hello = null;
        SpanReader reader = new(body);
        if (!reader.TryReadByte(out byte version) || version != SendLimits.Version
            || !Bytes16.TryRead(ref reader, out Bytes16 transfer)
            || !reader.TryReadUInt64(out ulong files) || files > SendLimits.EntriesMax
            || !reader.TryReadUInt64(out ulong bytes) || bytes > long.MaxValue
            || !reader.TryReadUInt32(out uint roots) || roots == 0
            || !WireText.TryRead(ref reader, SendLimits.NameBytesMax, out string? first) || !EntryName.IsValid(first)
            || reader.Remaining != 0)
        {
            return false;
        }

        hello = new HelloRecord(transfer, (long)files, (long)bytes, roots, first);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte(SendLimits.Version);
        Transfer.Write(ref writer);
        writer.WriteUInt64((ulong)Files);
        writer.WriteUInt64((ulong)Bytes);
        writer.WriteUInt32(Roots);
        WireText.Write(ref writer, First);
        return writer.Position;
    }
}
