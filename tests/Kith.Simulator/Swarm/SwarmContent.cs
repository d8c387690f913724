namespace Kith.Simulator.Swarm;

/// <summary>What streams and messages carry: bytes that follow from the number of the stream and the place in it, so that any byte missing, double or elsewhere shows.</summary>
internal static class SwarmContent
{
    // A prime, so that no segment or window is a multiple of it.
    private const int TableBytes = 65_521;
    private const int Step = 4099;

    private static readonly byte[] s_table = Draw();

    /// <summary>Writes the bytes of a stream from an offset.</summary>
    public static void Fill(long stream, long offset, Span<byte> destination)
    {
        int at = (int)((offset + (stream * Step)) % TableBytes);
        while (!destination.IsEmpty)
        {
            int count = Math.Min(destination.Length, TableBytes - at);
            s_table.AsSpan(at, count).CopyTo(destination);
            destination = destination[count..];
            at = 0;
        }
    }

    /// <summary>Whether these are the bytes of a stream at an offset.</summary>
    public static bool IsAt(long stream, long offset, ReadOnlySpan<byte> bytes)
    {
        int at = (int)((offset + (stream * Step)) % TableBytes);
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, TableBytes - at);
            if (!bytes[..count].SequenceEqual(s_table.AsSpan(at, count)))
            {
                return false;
            }

            bytes = bytes[count..];
            at = 0;
        }

        return true;
    }

    private static byte[] Draw()
    {
        byte[] table = new byte[TableBytes];
        new SeededRandom(TableBytes).Fill(table);
        return table;
    }
}
