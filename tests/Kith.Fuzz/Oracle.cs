namespace Kith.Fuzz;

/// <summary>What a target says when the parser did not throw and is wrong all the same.</summary>
internal static class Oracle
{
    /// <summary>Fails the input unless the condition holds.</summary>
    public static void True(bool condition, string complaint)
    {
        if (!condition)
        {
            Fail(complaint);
        }
    }

    /// <summary>Fails the input unless both are the same bytes.</summary>
    public static void Same(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            Fail($"{what}: expected {Convert.ToHexStringLower(expected)}, got {Convert.ToHexStringLower(actual)}");
        }
    }

    /// <summary>Fails the input unless both are equal.</summary>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Fail($"{what}: expected {expected}, got {actual}");
        }
    }

    private static void Fail(string complaint) => throw new OracleException(complaint);
}
