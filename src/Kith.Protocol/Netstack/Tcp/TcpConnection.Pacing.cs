using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>Sending no faster than the path carries, where congestion control knows how fast that is.</content>
public sealed partial class TcpConnection
{
    // Our loop keeps time in milliseconds: what was missed by waking late may be made up for.
    private const long PacingDebtTicks = 2 * TimeSpan.TicksPerMillisecond;
    private const int PacedSegmentsPerSecond = 1000;

    private long _paceTicks;
    private bool _isPaced;

    // True while the next packet with data is not due. Its time is then among the deadlines if there is one.
    private bool IsHeldByPace(Instant now)
    {
        bool isHeld = _control.PacingBytesPerSecond > 0 && _paceTicks > now.Ticks;
        _isPaced = isHeld && (_scoreboard.Lost > 0 || _sendNext < _sendEnd + (_finishQueued ? 1 : 0));
        return isHeld;
    }

    private void Pace(Instant now, int length)
    {
        if (_control.PacingBytesPerSecond is > 0 and long rate)
        {
            _paceTicks = Math.Max(_paceTicks, now.Ticks - PacingDebtTicks) + ((length + HeaderBytes) * TimeSpan.TicksPerSecond / rate);
        }
    }

    // A large segment is a burst on the wire; on a paced path it is at most what a millisecond carries.
    private int LargeBytesMax(int bufferBytes)
    {
        int most = Math.Min(StackPacket.LengthMax, bufferBytes) - HeaderBytes - TcpOptions.TimestampBytes;
        return _control.PacingBytesPerSecond is > 0 and long rate
            ? (int)Math.Min(most, Math.Max(2L * _segmentBytes, rate / PacedSegmentsPerSecond))
            : most;
    }

    /// <summary>The connection is over: it shares the path with the others no more.</summary>
    internal void LeavePath() => _control.Pause();

    private void NoteAppLimited()
    {
        if (InFlight < _control.Window)
        {
            _sampler.NoteAppLimited(InFlight);
            _control.Pause();
        }
    }
}
