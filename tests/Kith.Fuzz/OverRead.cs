using Kith.Fuzz.Engine;

namespace Kith.Fuzz;

/// <summary>Reads one byte behind its input, to see that somebody notices.</summary>
internal static unsafe class OverRead
{
    private static readonly byte[] s_input = [0x4B, 1, 0, 3, 7, 8, 9];

    /// <summary>What it reads too much of.</summary>
    public static string InputHex => Convert.ToHexStringLower(s_input);

    /// <summary>Does it; returns 0 if nothing happened.</summary>
    public static int Run()
    {
        using Worker worker = new(CrashGuard.Directory, 0);
        Span<byte> input = worker.Memory.AtEnd(s_input);
        worker.Crash!.Begin("planted-ReadsBehind");
        worker.Crash.Place(worker.Memory.OffsetAtEnd(s_input.Length), s_input.Length);
        fixed (byte* start = input)
        {
            return start[input.Length] == 0 ? 0 : 2;
        }
    }
}
