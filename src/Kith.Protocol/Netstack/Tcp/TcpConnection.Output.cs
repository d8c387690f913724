using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>Making packets: handshake, repetitions, new data, probes, acknowledgments, in this order.</content>
public sealed partial class TcpConnection
{
    /// <summary>The segment size for a peer that names none, over IPv4 (RFC 9293 section 3.7.1).</summary>
    public const int SegmentBytesDefaultV4 = 536;

    /// <summary>The segment size for a peer that names none, over IPv6 (RFC 9293 section 3.7.1).</summary>
    public const int SegmentBytesDefaultV6 = 1220;

    /// <summary>The least payload that a path is believed to carry; smaller claims are not followed.</summary>
    public const int SegmentBytesMin = 88;

    private int _peerSegmentBytes = SegmentBytesDefaultV4;
    private int _segmentBytes = SegmentBytesDefaultV4;
    private int _pathMtu;
    private bool _isWindowBlocked;
    private bool _sendSmall;
    private bool _probePending;
    private bool _tailProbePending;
    private Instant _lastTransmit;

    private int HeaderBytes => IpWriter.HeaderBytes(_key.Local.IsV4) + TcpSegment.HeaderBytes;

    private int AdvertisedSegmentBytes => _stack.Options.Mtu - HeaderBytes;

    /// <summary>Makes one packet if anything is to be sent. The buffer holds at least one MTU.</summary>
    internal bool TryTransmit(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        packet = default;
        if (_state == TcpState.Closed)
        {
            return false;
        }

        bool made;
        if (!IsSynchronized)
        {
            made = _handshakePending && TransmitHandshake(now, buffer, out packet);
        }
        else
        {
            // What was received with holes is told in packets of its own: a peer counts no duplicates in data (RFC 5681 section 2).
            bool tellsHoles = _acknowledgePending && (_hasDuplicate || _ranges.Count > 0);
            bool isHeld = IsHeldByPace(now);
            made = (tellsHoles && TransmitAcknowledgment(now, buffer, out packet))
                || (!isHeld && TransmitLost(now, buffer, out packet))
                || (!isHeld && TransmitNew(now, buffer, out packet))
                || TransmitTailProbe(now, buffer, out packet)
                || TransmitProbe(now, buffer, out packet)
                || (_acknowledgePending && TransmitAcknowledgment(now, buffer, out packet));
        }

        if (made)
        {
            _segmentsSent++;
        }

        ArmRetransmit(now);
        UpdateDeadline(now);
        return made;
    }

    /// <summary>A router says that packets of this connection may be at most so long (RFC 8201, RFC 1191).</summary>
    internal void HandleTooBig(Instant now, uint sequence, int mtu)
    {
        long position = SequenceNumber.Unwrap(sequence, _sendUnacknowledged);
        int least = HeaderBytes + TcpOptions.BytesMax + SegmentBytesMin;
        mtu = Math.Max(mtu, _key.Local.IsV4 ? least : NetworkStackOptions.MtuMin);
        if (!IsSynchronized || position < _sendUnacknowledged || position >= _sendNext || mtu >= _pathMtu)
        {
            return;
        }

        _pathMtu = mtu;
        UpdateSegmentBytes();
        for (int i = 0; i < _scoreboard.Count; i++)
        {
            // Whatever was too long has been dropped; it goes out again in smaller pieces without waiting for a timeout.
            if (_scoreboard[i].Length > _segmentBytes)
            {
                _scoreboard.MarkLost(i);
            }
        }

        _stack.Queue(this);
    }

    private void UpdateSegmentBytes()
    {
        int most = Math.Min(_peerSegmentBytes, _pathMtu - HeaderBytes) - (_timestamps ? TcpOptions.TimestampBytes : 0);
        _segmentBytes = Math.Max(SegmentBytesMin, most);
    }

    private bool TransmitHandshake(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        bool answers = _state == TcpState.SynReceived;
        TcpOptions options = new()
        {
            MaximumSegmentSize = (ushort)AdvertisedSegmentBytes,
            HasWindowScale = !answers || _receiveScale > 0 || _sendScale > 0,
            WindowScale = _receiveScale,
            SackPermitted = _sack,
            HasTimestamps = _timestamps,
            TimestampValue = Timestamp(now),
            TimestampEcho = answers ? _timestampRecent : 0,
        };
        ushort window = (ushort)Math.Min(ushort.MaxValue, _receiveLimit);
        TcpFlags flags = answers ? TcpFlags.Syn | TcpFlags.Acknowledge : TcpFlags.Syn;
        int length = TcpWriter.WriteControl(buffer, _key, (uint)_initialSend, answers ? (uint)_receiveNext : 0, flags, window, options);
        if (answers)
        {
            _receiveEdge = Math.Max(_receiveEdge, _receiveNext + window);
        }

        _handshakePending = false;
        packet = new StackPacket(length);
        return true;
    }

    private bool TransmitLost(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        packet = default;
        if (!_scoreboard.TryGetLost(out int index))
        {
            return false;
        }

        long start = _scoreboard[index].Start;
        int length = Math.Min(_scoreboard[index].Length, _segmentBytes);
        long inFlight = InFlight;
        if (inFlight > 0 && inFlight + length > _control.Window)
        {
            return false;
        }

        if (start != _sendUnacknowledged && start + length > _sendUnacknowledged + _sendWindow)
        {
            return false;
        }

        Repeat(now, buffer, index, length, out packet);
        return true;
    }

    private void Repeat(Instant now, Span<byte> buffer, int index, int length, out StackPacket packet)
    {
        long start = _scoreboard[index].Start;
        if (_mayUndo && _undoMilliseconds == 0)
        {
            _undoMilliseconds = now.Ticks / TimeSpan.TicksPerMillisecond;
        }

        _undoRepetitions += _phase == RecoveryPhase.Open ? 0 : 1;
        _scoreboard.Retransmit(index, length, now.Ticks, ref _sampler);
        _retransmissions++;
        packet = Emit(now, buffer, start, length, _segmentBytes);
    }

    private bool TransmitNew(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        packet = default;
        _isWindowBlocked = false;
        long available = _sendEnd - _sendNext;
        bool finishes = _finishQueued && available >= 0;
        if (available <= 0)
        {
            NoteAppLimited();
        }

        if ((available <= 0 && !finishes) || _scoreboard.IsFull)
        {
            return false;
        }

        int length = available <= 0 ? 0 : NewLength(buffer.Length, available);
        if (length == 0 && available > 0)
        {
            return false;
        }

        _sendSmall = false;
        bool withFinish = finishes && length == available;
        Note(now, length + (withFinish ? 1 : 0));
        packet = Emit(now, buffer, _sendNext, length + (withFinish ? 1 : 0), _segmentBytes);
        _sendNext += length + (withFinish ? 1 : 0);
        return true;
    }

    // How much of the waiting data may go now: bounded by the peer's window, the congestion window and the packet, and without small pieces
    // where waiting makes larger ones (RFC 9293 section 3.8.6.2.1).
    private int NewLength(int bufferBytes, long available)
    {
        long inFlight = InFlight;
        long usable = Math.Min(available, _sendUnacknowledged + _sendWindow - _sendNext);
        if (usable <= 0)
        {
            NoteAppLimited();
            _isWindowBlocked = true;
            return 0;
        }

        long room = _control.Window - inFlight;
        if (inFlight > 0 && room < Math.Min(usable, _segmentBytes))
        {
            _limitedEnd = _sendNext;
            return 0;
        }

        int packetMax = _stack.Options.LargeSegments ? LargeBytesMax(bufferBytes) : _segmentBytes;
        int recordsMax = Scoreboard.SegmentsMax - _scoreboard.Count;
        long length = Math.Min(usable, Math.Min(Math.Max(packetMax, _segmentBytes), (long)recordsMax * _segmentBytes));
        if (length > room)
        {
            length = Math.Max(room, Math.Min(usable, _segmentBytes));
            _limitedEnd = _sendNext + length;
        }

        if (length >= _segmentBytes)
        {
            // Whole segments, unless this is all there is.
            return (int)(length == available && !Nagle ? length : length - (length % _segmentBytes));
        }

        if (length == available)
        {
            return Nagle && inFlight > 0 && !_finishQueued ? 0 : (int)length;
        }

        if (length >= _sendWindowMax / 2 || _sendSmall)
        {
            return (int)length;
        }

        _isWindowBlocked = true;
        return 0;
    }

    private void Note(Instant now, int length)
    {
        if (_scoreboard.Count == 0)
        {
            _retransmitBase = now;
            _lastProgress = now;
        }

        long end = _sendNext + length;
        for (long start = _sendNext; start < end;)
        {
            // A FIN rides with the last segment, so that one may be a number longer than it has bytes.
            long rest = end - start;
            int piece = (int)(rest <= _segmentBytes || (end > _sendEnd && rest == _segmentBytes + 1) ? rest : _segmentBytes);
            _scoreboard.Add(start, piece, now.Ticks, ref _sampler);
            start += piece;
        }
    }

    // A tail loss probe is new data if there is any, which TransmitNew has tried, otherwise the last segment again (RFC 8985 section 7.3).
    private bool TransmitTailProbe(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        packet = default;
        if (!_tailProbePending)
        {
            return false;
        }

        _tailProbePending = false;
        if (_scoreboard.Count == 0)
        {
            return false;
        }

        int last = _scoreboard.Count - 1;
        int length = Math.Min(_scoreboard[last].Length, _segmentBytes + 1);
        _probeEnd = _sendNext;
        _probeWasRetransmission = true;
        Repeat(now, buffer, last, length, out packet);
        return true;
    }

    // Asks the peer to acknowledge: an empty segment with a number it has already seen.
    private bool TransmitProbe(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        packet = default;
        if (!_probePending)
        {
            return false;
        }

        _probePending = false;
        packet = EmitControl(now, buffer, (uint)(_sendUnacknowledged - 1));
        return true;
    }

    private bool TransmitAcknowledgment(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        packet = EmitControl(now, buffer, (uint)_sendNext);
        _acknowledgePending = _sack ? _ranges.HasUntold : --_duplicateAcknowledgmentsOwed > 0;

        return true;
    }

    private StackPacket EmitControl(Instant now, Span<byte> buffer, uint sequence)
    {
        TcpOptions options = CommonOptions(now);
        if (_sack)
        {
            if (_hasDuplicate)
            {
                options.AddBlock(_duplicate);
                _hasDuplicate = false;
            }

            _ranges.Report(ref options, _timestamps ? SackBlocks.Max - 1 : SackBlocks.Max);
        }

        ushort window = NextWindow();
        int length = TcpWriter.WriteControl(buffer, _key, sequence, (uint)_receiveNext, TcpFlags.Acknowledge, window, options);
        NoteAcknowledged();
        return new StackPacket(length);
    }

    private StackPacket Emit(Instant now, Span<byte> buffer, long start, int length, int segmentBytes)
    {
        bool finishes = start + length > _sendEnd;
        int dataBytes = finishes ? length - 1 : length;
        TcpFlags flags = TcpFlags.Acknowledge;
        if (finishes)
        {
            flags |= TcpFlags.Fin;
        }

        if (dataBytes > 0 && start + dataBytes == _sendEnd)
        {
            flags |= TcpFlags.Push;
        }

        bool isLarge = dataBytes > segmentBytes;
        TcpOptions options = CommonOptions(now);
        int headerBytes = TcpWriter.WriteHeaders(buffer, _key, (uint)start, (uint)_receiveNext, flags, NextWindow(), options, dataBytes);
        _sendBuffer.Read(start, buffer.Slice(headerBytes, dataBytes));
        Span<byte> whole = buffer[..(headerBytes + dataBytes)];
        TcpWriter.Finish(whole, partial: isLarge);
        NoteAcknowledged();
        _lastTransmit = now;
        _rate.Send(length);
        Pace(now, length);
        return isLarge
            ? new StackPacket(whole.Length, segmentBytes, headerBytes, IpWriter.HeaderBytes(_key.Local.IsV4))
            : new StackPacket(whole.Length);
    }

    private TcpOptions CommonOptions(Instant now) => new()
    {
        HasTimestamps = _timestamps,
        TimestampValue = _timestamps ? Timestamp(now) : 0,
        TimestampEcho = _timestamps ? _timestampRecent : 0,
    };

    private void NoteAcknowledged()
    {
        _acknowledgePending = false;
        _acknowledgeAt = Instant.Never;
        _lastAcknowledgmentSent = _receiveNext;
    }
}
