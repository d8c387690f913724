using System.Runtime.CompilerServices;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// The highest rate of arrival in the last rounds that could show it. Rounds in which the sender had too little to send, or the peer no room for it, do not
/// age what is known: a stream that its windows hold back would otherwise forget what the path carries, and pace itself down to some chance sample.
/// </summary>
internal struct RateMaximum
{
    private Rates _rates;
    private int _place;
    private bool _hasSample;

    /// <summary>The highest, in bytes a second; 0 before the first.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>A round trip is over.</summary>
    public void BeginRound()
    {
        if (!_hasSample)
        {
            return;
        }

        _hasSample = false;
        _place = (_place + 1) % Rates.Count;
        _rates[_place] = 0;
        BytesPerSecond = 0;
        foreach (double rate in (ReadOnlySpan<double>)_rates)
        {
            BytesPerSecond = Math.Max(BytesPerSecond, rate);
        }
    }

    /// <summary>Takes a measurement of this round.</summary>
    public void Add(double bytesPerSecond)
    {
        _hasSample = true;
        _rates[_place] = Math.Max(_rates[_place], bytesPerSecond);
        BytesPerSecond = Math.Max(BytesPerSecond, bytesPerSecond);
    }

    [InlineArray(Count)]
    private struct Rates
    {
        public const int Count = 10;

        private double _first;
    }
}
