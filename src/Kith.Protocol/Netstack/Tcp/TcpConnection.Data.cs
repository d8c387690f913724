using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>Receiving: data in and out of order, the window and its growth, acknowledgments owed, the peer's FIN.</content>
public sealed partial class TcpConnection
{
    /// <summary>How large the receive window is before the stream shows that it wants more.</summary>
    public const int InitialReceiveBytes = 65535;

    /// <summary>The longest an acknowledgment is held back (RFC 9293 section 3.8.6.3 allows 500 ms).</summary>
    public const int DelayedAcknowledgmentMilliseconds = 40;

    // After 24 days of silence the 32 bits of a millisecond clock cannot tell old from new (RFC 7323 section 5.5).
    private const double PawsIdleDaysMax = 24;

    // What was overtaken by a repetition of something before it is older than that and yet wanted. Numbers come round no sooner than this below 34 Gbit/s.
    private const int PawsToleranceMilliseconds = 1000;

    // Without SACK every segment out of order is answered by an acknowledgment of its own, since the peer counts them.
    private const int DuplicateAcknowledgmentsMax = 16;

    private const int GrowthRoundTrips = 4;

    private readonly ReceivedRanges _ranges = new();
    private bool _isReceiving;
    private bool _isReadingOver;
    private bool _isPeerFinished;
    private long _peerFinish = -1;
    private long _initialReceive;
    private long _receiveNext;
    private long _receiveEdge;
    private long _receiveLimit;
    private byte _receiveScale;
    private bool _timestamps;
    private uint _timestampOffset;
    private uint _timestampRecent;
    private long _lastAcknowledgmentSent;
    private bool _acknowledgePending;
    private int _duplicateAcknowledgmentsOwed;
    private Instant _acknowledgeAt = Instant.Never;
    private SackBlock _duplicate;
    private bool _hasDuplicate;
    private long _receiverRoundTrip;
    private long _consumed;
    private Instant _consumedSince;

    private long ReceivedEnd => !_isReceiving || _isReadingOver ? _receiveBuffer.Start : _receiveNext - (_isPeerFinished ? 1 : 0);

    private void HandleData(Instant now, long sequence, ReadOnlySpan<byte> payload)
    {
        long end = sequence + payload.Length;
        if (end <= _receiveNext || _isPeerFinished)
        {
            NoteDuplicate(sequence, end);
            AcknowledgeNow();
            return;
        }

        if (sequence < _receiveNext)
        {
            payload = payload[(int)(_receiveNext - sequence)..];
            sequence = _receiveNext;
        }

        long room = Math.Min(_receiveEdge, _peerFinish >= 0 ? _peerFinish : long.MaxValue) - sequence;
        if (room < payload.Length)
        {
            payload = payload[..(int)Math.Max(0, room)];
            _acknowledgePending = true;
        }

        bool isDuplicate = sequence != _receiveNext && _ranges.Contains(sequence, end);
        bool hadHole = _ranges.Count > 0;
        int stored = isDuplicate ? 0 : _receiveBuffer.Write(sequence, payload);
        if (stored < payload.Length && sequence == _receiveNext && hadHole)
        {
            // Memory is short, and what fills the hole comes before what lies behind it (RFC 2018 section 8 allows to go back on a SACK).
            _ranges.Clear();
            _receiveBuffer.Trim(_receiveNext + stored);
            stored += _receiveBuffer.Write(sequence + stored, payload[stored..]);
        }

        end = sequence + stored;
        if (sequence == _receiveNext && stored > 0)
        {
            _receiveNext = _ranges.Advance(end);
            AcknowledgeSoon(now, hadHole);
            TellReadable();
            return;
        }

        if (isDuplicate)
        {
            NoteDuplicate(sequence, sequence + payload.Length);
            _ranges.Touch(sequence);
        }
        else if (stored > 0)
        {
            _ranges.Add(sequence, end);
        }

        _duplicateAcknowledgmentsOwed = Math.Min(DuplicateAcknowledgmentsMax, _duplicateAcknowledgmentsOwed + 1);
        AcknowledgeNow();
    }

    private void HandleFinish(long position)
    {
        if (_peerFinish < 0 && position >= _receiveNext && position <= _receiveEdge)
        {
            _peerFinish = position;
        }
        else if (_isPeerFinished)
        {
            AcknowledgeNow();
        }
    }

    private void ConsumeFinish(Instant now)
    {
        if (_isPeerFinished || _peerFinish < 0 || _receiveNext < _peerFinish)
        {
            return;
        }

        _isPeerFinished = true;
        _receiveNext = _peerFinish + 1;
        _receiveEdge = Math.Max(_receiveEdge, _receiveNext);
        AcknowledgeNow();
        TellPeerFinished();
        switch (_state)
        {
            case TcpState.Established:
                _state = TcpState.CloseWait;
                break;
            case TcpState.FinishWait1:
                _state = TcpState.Closing;
                break;
            case TcpState.FinishWait2:
                EnterTimeWait(now);
                break;
            default:
                break;
        }
    }

    // RFC 9293 section 3.8.6.3: every second full segment at once, otherwise after a while; at once while there are holes (RFC 5681 section 4.2).
    private void AcknowledgeSoon(Instant now, bool hadHole)
    {
        if (hadHole || _receiveNext - _lastAcknowledgmentSent >= 2L * AdvertisedSegmentBytes)
        {
            AcknowledgeNow();
        }
        else if (!_acknowledgePending && _acknowledgeAt == Instant.Never)
        {
            _acknowledgeAt = now + TimeSpan.FromMilliseconds(DelayedAcknowledgmentMilliseconds);
        }
    }

    private void AcknowledgeNow()
    {
        _acknowledgePending = true;
        _stack.Queue(this);
    }

    // Only of what is held: a peer may take the report of anything else for the news that it arrived.
    private void NoteDuplicate(long start, long end)
    {
        if (_sack && start < end && (end <= _receiveNext || _ranges.Contains(start, end)))
        {
            _duplicate = new SackBlock((uint)start, (uint)end);
            _hasDuplicate = true;
        }
    }

    // The window to advertise, in the wire's units. The right edge never moves back, and forward only by a worthwhile step
    // (silly window avoidance, RFC 9293 section 3.8.6.2.2).
    private ushort NextWindow()
    {
        long edge = _receiveBuffer.Start + _receiveLimit;
        if (edge - _receiveEdge < Math.Min(AdvertisedSegmentBytes, _receiveLimit / 2))
        {
            edge = Math.Max(_receiveEdge, _receiveNext);
        }

        long units = Math.Min(ushort.MaxValue, (edge - _receiveNext + (1L << _receiveScale) - 1) >> _receiveScale);
        _receiveEdge = Math.Max(_receiveEdge, _receiveNext + (units << _receiveScale));
        return (ushort)units;
    }

    // Tells the peer of room after reading, when it has used up half of what it knew of and the step is worthwhile.
    private void UpdateWindow()
    {
        if (!IsSynchronized || _isPeerFinished)
        {
            return;
        }

        long growth = _receiveBuffer.Start + _receiveLimit - _receiveEdge;
        bool isWorthwhile = growth >= Math.Min(2L * AdvertisedSegmentBytes, _receiveLimit / 2);
        if (isWorthwhile && (_receiveEdge - _receiveNext <= _receiveLimit / 2 || growth >= _receiveLimit / 2))
        {
            AcknowledgeNow();
        }
    }

    // After dynamic right-sizing (Fisk and Feng, 2001): the window follows what the owner takes in a few round trips, so that the sender is never held
    // back by it, not even while what was lost is repeated, and an idle stream never gets one.
    private void GrowWindow(Instant now, int count)
    {
        long roundTrip = Math.Max(TimeSpan.TicksPerMillisecond, _receiverRoundTrip != 0 ? _receiverRoundTrip : _rtt.Smoothed);
        if ((now - _consumedSince).Ticks > GrowthRoundTrips * roundTrip)
        {
            _consumed = 0;
            _consumedSince = now;
        }

        _consumed += count;
        if (4 * _consumed <= _receiveLimit)
        {
            return;
        }

        long wanted = (2 * _receiveLimit) + (16L * AdvertisedSegmentBytes);
        long most = Math.Min(_stack.Options.ReceiveBufferBytesMax, (long)ushort.MaxValue << _receiveScale);

        // The less memory is left, the less of it one stream may be promised.
        most = Math.Min(most, _stack.Pool.FreeBytes / 4);
        _receiveLimit = Math.Max(_receiveLimit, Math.Min(wanted, most));
        _consumed = 0;
        _consumedSince = now;
    }

    // The receiver's own estimate of the round trip: from our timestamp to its echo on data, the least of late.
    private void MeasureReceiver(Instant now, in TcpSegment segment)
    {
        if (segment.Payload.Length == 0 || segment.Options.TimestampEcho == 0)
        {
            return;
        }

        long sample = (Timestamp(now) - segment.Options.TimestampEcho) * TimeSpan.TicksPerMillisecond;
        sample = Math.Clamp(sample, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond);
        _receiverRoundTrip = _receiverRoundTrip == 0 ? sample : Math.Min(sample, _receiverRoundTrip + (_receiverRoundTrip / 64));
    }

    private uint Timestamp(Instant now) => _timestampOffset + (uint)(now.Ticks / TimeSpan.TicksPerMillisecond);
}
