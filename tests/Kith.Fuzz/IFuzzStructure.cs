namespace Kith.Fuzz;

/// <summary>Changes an input by what it means: a field, an element, a record; lengths and counts stay right. Belongs to one thread.</summary>
internal interface IFuzzStructure
{
    /// <summary>Writes a changed <paramref name="sample"/>, to which <paramref name="other"/> may lend parts; false if it does not have the form or does not fit.</summary>
    bool TryMutate(FuzzRandom random, ReadOnlySpan<byte> sample, ReadOnlySpan<byte> other, Span<byte> destination, out int length);
}
