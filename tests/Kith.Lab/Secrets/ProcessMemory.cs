using System.Globalization;
using Kith.Lab.Harness;

namespace Kith.Lab.Secrets;

/// <summary>What a process has in memory that can be written, as a core dump of it would have. Read while it runs, by root.</summary>
internal static class ProcessMemory
{
    private const int PieceBytes = 4 << 20;
    private const int OverlapBytes = 4096;

    /// <summary>Shows every piece of it; neighbours overlap, so that nothing falls between two. Returns how many bytes there were.</summary>
    public static long Visit(int processId, Action<ReadOnlyMemory<byte>> visit)
    {
        long total = 0;
        using FileStream memory = new($"/proc/{processId}/mem", new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite, BufferSize = 0 });
        byte[] piece = new byte[PieceBytes];
        foreach (string line in File.ReadAllLines($"/proc/{processId}/maps"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!fields[1].StartsWith("rw", StringComparison.Ordinal))
            {
                continue;
            }

            long[] range = [.. fields[0].Split('-').Select(static text => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            for (long at = range[0]; at < range[1];)
            {
                int wanted = (int)Math.Min(PieceBytes, range[1] - at);
                int read = TryRead(memory, at, piece.AsSpan(0, wanted));
                if (read > 0 && piece.AsSpan(0, read).IndexOfAnyExcept((byte)0) >= 0)
                {
                    visit(piece.AsMemory(0, read));
                    total += read;
                }

                at += wanted == PieceBytes ? PieceBytes - OverlapBytes : wanted;
            }
        }

        return total > 0 ? total : throw new LabException($"process {processId} has no memory");
    }

    private static int TryRead(FileStream memory, long at, Span<byte> destination)
    {
        try
        {
            memory.Seek(at, SeekOrigin.Begin);
            return memory.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
