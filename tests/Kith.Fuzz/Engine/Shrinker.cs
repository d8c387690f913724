namespace Kith.Fuzz.Engine;

/// <summary>Leaves out whatever is not needed to fail.</summary>
internal static class Shrinker
{
    private const int StepsMax = 2000;

    public static byte[] Shrink(byte[] input, Func<byte[], bool> fails)
    {
        int steps = 0;
        for (int piece = Math.Max(1, input.Length / 2); piece >= 1; piece /= 2)
        {
            for (int at = 0; at < input.Length && steps < StepsMax; steps++)
            {
                int count = Math.Min(piece, input.Length - at);
                byte[] shorter = [.. input[..at], .. input[(at + count)..]];
                if (fails(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }
}
