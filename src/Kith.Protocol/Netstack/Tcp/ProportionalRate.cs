namespace Kith.Protocol.Netstack.Tcp;

/// <summary>Proportional Rate Reduction with the slow start reduction bound (RFC 6937): how much may be sent for each acknowledgment in fast recovery.</summary>
internal struct ProportionalRate
{
    private long _flightAtStart;
    private long _delivered;
    private long _sent;

    /// <summary>Begins a recovery.</summary>
    public void Start(long flightBytes)
    {
        _flightAtStart = Math.Max(1, flightBytes);
        _delivered = 0;
        _sent = 0;
    }

    /// <summary>Counts what is sent during the recovery.</summary>
    public void Send(long bytes) => _sent += bytes;

    /// <summary>The congestion window after an acknowledgment that delivered so many bytes.</summary>
    public long Window(long delivered, long inFlight, long threshold, int segmentBytes)
    {
        _delivered += delivered;
        long room;
        if (inFlight > threshold)
        {
            room = (long)Math.Ceiling((double)_delivered * threshold / _flightAtStart) - _sent;
        }
        else
        {
            long limit = Math.Max(_delivered - _sent, delivered) + segmentBytes;
            room = Math.Min(threshold - inFlight, limit);
        }

        // The first lost segment is always sent at once.
        room = Math.Max(room, _sent == 0 ? segmentBytes : 0);
        return inFlight + Math.Max(0, room);
    }
}
