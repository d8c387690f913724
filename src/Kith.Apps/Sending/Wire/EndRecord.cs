using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>The file that was begun is complete.</summary>
/// <param name="Sha256">Of the whole file, what was there before included.</param>
internal readonly record struct EndRecord(Bytes32 Sha256) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.End;

    /// <inheritdoc/>
    public int BodyBytes => Bytes32.Length;

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out EndRecord end)
    {
        bool ok = body.Length == Bytes32.Length;
        end = ok ? new EndRecord(new Bytes32(body)) : default;
        return ok;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        Sha256.WriteTo(destination);
        return Bytes32.Length;
    }
}
