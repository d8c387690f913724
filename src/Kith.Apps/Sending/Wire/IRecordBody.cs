namespace Kith.Apps.Sending.Wire;

/// <summary>The body of a record.</summary>
internal interface IRecordBody
{
    /// <summary>Which record it is of.</summary>
    RecordKind Kind { get; }

    /// <summary>How many bytes <see cref="Encode"/> writes.</summary>
    int BodyBytes { get; }

    /// <summary>Writes it and returns how many bytes that were.</summary>
    int Encode(Span<byte> destination);
}
