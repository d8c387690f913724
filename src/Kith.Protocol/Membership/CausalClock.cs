namespace Kith.Protocol.Membership;

/// <summary>
/// How far along every branch a statement has seen: a vector clock whose parts are shared with the clocks it grew from, because in a large
/// network nearly all of a clock is its parent's. Branches are numbered by the log; a branch is a run of one author's statements.
/// Built once, then read only.
/// </summary>
internal sealed class CausalClock
{
    private const int ChunkLength = 32;

    private static readonly int[] EmptyChunk = new int[ChunkLength];

    private readonly int[][] _chunks;

    private CausalClock(int[][] chunks) => _chunks = chunks;

    /// <summary>The clock of a statement at a position (from 1) of a branch that has seen all that its parents have.</summary>
    internal static CausalClock After(IReadOnlyList<CausalClock> parents, int branch, int position)
    {
        int[][] chunks = JoinAll(parents, (branch / ChunkLength) + 1);
        int[] own = (int[])chunks[branch / ChunkLength].Clone();
        own[branch % ChunkLength] = position;
        chunks[branch / ChunkLength] = own;
        return new CausalClock(chunks);
    }

    /// <summary>What either of two has seen.</summary>
    internal static CausalClock Union(CausalClock a, CausalClock b) => new(JoinAll([a, b], 0));

    /// <summary>How many statements of a branch have been seen.</summary>
    internal int Seen(int branch)
    {
        int chunk = branch / ChunkLength;
        return chunk < _chunks.Length ? _chunks[chunk][branch % ChunkLength] : 0;
    }

    private static int[][] JoinAll(IReadOnlyList<CausalClock> clocks, int countMin)
    {
        int count = countMin;
        foreach (CausalClock clock in clocks)
        {
            count = Math.Max(count, clock._chunks.Length);
        }

        int[][] chunks = new int[count][];
        Array.Fill(chunks, EmptyChunk);
        foreach (CausalClock clock in clocks)
        {
            for (int i = 0; i < clock._chunks.Length; i++)
            {
                chunks[i] = Join(chunks[i], clock._chunks[i]);
            }
        }

        return chunks;
    }

    private static int[] Join(int[] a, int[] b)
    {
        if (ReferenceEquals(a, b) || Covers(a, b))
        {
            return a;
        }

        if (Covers(b, a))
        {
            return b;
        }

        int[] joined = new int[ChunkLength];
        for (int i = 0; i < ChunkLength; i++)
        {
            joined[i] = Math.Max(a[i], b[i]);
        }

        return joined;
    }

    private static bool Covers(int[] a, int[] b)
    {
        for (int i = 0; i < ChunkLength; i++)
        {
            if (a[i] < b[i])
            {
                return false;
            }
        }

        return true;
    }
}
