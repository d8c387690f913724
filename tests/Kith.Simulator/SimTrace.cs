using System.Globalization;
using System.Text;
using Kith.Protocol.Crypto;

namespace Kith.Simulator;

/// <summary>
/// Everything that happened, as a hash of all of it and as the last few lines in full. Two runs of one seed must have the same hash.
/// </summary>
/// <param name="log">Where all lines are written too, if anywhere.</param>
internal sealed class SimTrace(TextWriter? log)
{
    /// <summary>How many lines are kept for the report on a failure.</summary>
    public const int LinesMax = 400;

    private readonly Queue<string> _lines = new();
    private Blake2sState _hash = new(Blake2s.HashBytes);

    /// <summary>Events recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The hash of everything so far.</summary>
    public string Hash
    {
        get
        {
            byte[] hash = new byte[Blake2s.HashBytes];
            Blake2sState copy = _hash;
            copy.Finish(hash);
            return Convert.ToHexStringLower(hash.AsSpan(0, 16));
        }
    }

    /// <summary>The last lines.</summary>
    public IEnumerable<string> Lines => _lines;

    /// <summary>Records an event; <paramref name="bytes"/> enter the hash but not the line.</summary>
    public void Add(TimeSpan elapsed, string text, ReadOnlySpan<byte> bytes = default)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalMilliseconds,12:F3} ms  {text}");
        _hash.Update(Encoding.UTF8.GetBytes(line));
        _hash.Update(bytes);
        Count++;
        log?.WriteLine(line);
        _lines.Enqueue(line);
        if (_lines.Count > LinesMax)
        {
            _lines.Dequeue();
        }
    }
}
