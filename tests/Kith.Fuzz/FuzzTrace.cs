namespace Kith.Fuzz;

/// <summary>
/// What a target notices while it runs: kinds, counts and states, no contents. The engine takes an input that makes a new combination of them for one that reached
/// something new. Belongs to the thread.
/// </summary>
internal static class FuzzTrace
{
    [ThreadStatic]
    private static ulong s_state;

    /// <summary>The combination so far.</summary>
    public static ulong State => s_state;

    /// <summary>Begins anew.</summary>
    public static void Clear() => s_state = 0;

    /// <summary>Adds a number with few values.</summary>
    public static void Note(int value) => s_state = (s_state ^ (uint)value) * 0x9E3779B97F4A7C15 ^ (s_state >> 29);

    /// <summary>Adds a count, of which only the size matters.</summary>
    public static void NoteSize(int value) => Note(value <= 3 ? value : 32 + System.Numerics.BitOperations.Log2((uint)value));
}
