namespace Kith.Cli.Output;

/// <summary>The rate of the last few seconds, from numbers that only grow.</summary>
internal sealed class TransferRate
{
    private const double WindowSeconds = 4;

    private readonly Queue<(double Seconds, long Bytes)> _samples = new();

    /// <summary>Takes a number; returns bytes a second, or null as long as there is nothing to say.</summary>
    public double? Add(double seconds, long bytes)
    {
        _samples.Enqueue((seconds, bytes));
        while (_samples.Count > 2 && seconds - _samples.Peek().Seconds > WindowSeconds)
        {
            _samples.Dequeue();
        }

        (double since, long from) = _samples.Peek();
        return seconds - since < 0.2 ? null : Math.Max(0, bytes - from) / (seconds - since);
    }
}
