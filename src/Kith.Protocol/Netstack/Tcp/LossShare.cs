using System.Runtime.CompilerServices;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// The share of losses of what is sent, over periods of at least a round trip and so many segments that chance does not decide. A loss is found later than its
/// neighbours arrived, so it is held against the best of the last periods: a stream that stands still, because the hole in front has filled its window, finds losses and
/// delivers nothing, which says nothing of a queue.
/// </summary>
internal struct LossShare
{
    /// <summary>Segments below which a period goes on.</summary>
    public const int SegmentsMin = 256;

    private History _delivered;
    private History _flight;
    private int _place;
    private long _lost;
    private long _round;

    /// <summary>Of the last period that ended: lost to sent.</summary>
    public double Value { get; private set; }

    /// <summary>The most that was in flight in the last periods.</summary>
    public readonly long FlightMax
    {
        get
        {
            long most = 0;
            foreach (long flight in (ReadOnlySpan<long>)_flight)
            {
                most = Math.Max(most, flight);
            }

            return most;
        }
    }

    /// <summary>Takes an acknowledgment; true when a period has ended with it.</summary>
    /// <param name="sample">The acknowledgment.</param>
    /// <param name="flight">What was in flight when what it tells of was sent.</param>
    /// <param name="round">The number of the round trip.</param>
    /// <param name="segmentBytes">Bytes of a segment.</param>
    public bool Add(in RateSample sample, long flight, long round, int segmentBytes)
    {
        _delivered[_place] += sample.Delivered;
        _flight[_place] = Math.Max(_flight[_place], flight);
        _lost += sample.Lost;
        if (round <= _round || _delivered[_place] + _lost < (long)SegmentsMin * segmentBytes)
        {
            return false;
        }

        long most = 0;
        foreach (long delivered in (ReadOnlySpan<long>)_delivered)
        {
            most = Math.Max(most, delivered);
        }

        Value = (double)_lost / (most + _lost);
        _round = round;
        _lost = 0;
        return true;
    }

    /// <summary>Begins the next period; to be called when one has ended, after everything was asked of it.</summary>
    public void Begin()
    {
        _place = (_place + 1) % History.Count;
        _delivered[_place] = 0;
        _flight[_place] = 0;
    }

    [InlineArray(Count)]
    private struct History
    {
        public const int Count = 5;

        private long _first;
    }
}
