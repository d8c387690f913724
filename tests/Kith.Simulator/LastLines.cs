using System.Text;

namespace Kith.Simulator;

/// <summary>Keeps the last lines written to it.</summary>
internal sealed class LastLines(int max) : TextWriter
{
    private readonly Queue<string> _lines = new();

    /// <summary>The last lines.</summary>
    public IEnumerable<string> Lines => _lines;

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        _lines.Enqueue(value ?? "");
        if (_lines.Count > max)
        {
            _lines.Dequeue();
        }
    }
}
