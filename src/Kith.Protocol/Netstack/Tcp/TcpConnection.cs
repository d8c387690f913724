using Kith.Protocol.Netstack.Memory;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// One TCP connection (RFC 9293), made by <see cref="NetworkStack.Connect"/> or handed over by <see cref="StackEventKind.Accepted"/>. Verbs only
/// change state and memory: what is to be sent comes out of <see cref="NetworkStack.TryGetPacket"/>, so call that after them. Same thread as its stack.
/// </summary>
public sealed partial class TcpConnection
{
    private readonly NetworkStack _stack;
    private readonly StreamBuffer _sendBuffer;
    private readonly StreamBuffer _receiveBuffer;
    private readonly ConnectionKey _key;
    private TcpState _state;
    private bool _hasThrownAway;
    private Instant _lastHeard;
    private long _segmentsSent;
    private long _segmentsReceived;
    private long _retransmissions;
    private long _timeouts;
    private long _fastRecoveries;
    private long _spuriousRecoveries;

    internal TcpConnection(NetworkStack stack, in ConnectionKey key, TcpListener? listener, Instant now)
    {
        _stack = stack;
        _key = key;
        _control = CongestionControl.Create(stack.Options.CongestionControl, stack.UsePath(key.Remote));
        Listener = listener;
        _sendBuffer = new StreamBuffer(stack.Pool, isForSending: true);
        _receiveBuffer = new StreamBuffer(stack.Pool, isForSending: false);
        _pathMtu = stack.Options.Mtu;
        _timestampOffset = (uint)stack.Hash.Hash(key, purpose: 2);
        _initialSend = SequenceNumber.Base + stack.InitialSequence(now, key);
        _sendUnacknowledged = _initialSend;
        _sendNext = _initialSend;
        _sendEnd = _initialSend + 1;
        _sendBuffer.StartAt(_sendEnd);
        _receiveLimit = Math.Min(InitialReceiveBytes, stack.Options.ReceiveBufferBytesMax);
        _lastHeard = now;
        KeepAliveIdle = stack.Options.KeepAliveIdle;
        UserTimeout = stack.Options.UserTimeout;
        Nagle = stack.Options.Nagle;
    }

    /// <summary>This end.</summary>
    public InternetEndpoint Local => new(_key.Local, _key.LocalPort);

    /// <summary>The other end.</summary>
    public InternetEndpoint Remote => new(_key.Remote, _key.RemotePort);

    /// <summary>Where the connection stands.</summary>
    public TcpState State => _state;

    /// <summary>The listener it came through; null if this side opened it.</summary>
    public TcpListener? Listener { get; }

    /// <summary>Whatever the owner wants to find again.</summary>
    public object? Tag { get; set; }

    /// <summary>Why it is over; <see cref="CloseReason.None"/> while it is not.</summary>
    public CloseReason CloseReason { get; private set; }

    /// <summary>Whether small segments wait while data is in flight (Nagle's algorithm).</summary>
    public bool Nagle { get; set; }

    /// <summary>After how long without a segment from the peer it is probed; zero is never. Takes effect with the next segment either way.</summary>
    public TimeSpan KeepAliveIdle { get; set; }

    /// <summary>How long sent data may stay unacknowledged before the connection is given up.</summary>
    public TimeSpan UserTimeout { get; set; }

    /// <summary>Bytes that <see cref="Receive"/> would return now.</summary>
    public int Readable => (int)Math.Min(int.MaxValue, ReceivedEnd - _receiveBuffer.Start);

    /// <summary>Bytes that <see cref="Send"/> would take now, unless the stack's memory runs out.</summary>
    public int Writable => CanSend ? (int)Math.Max(0, SendLimit - (_sendEnd - _sendBuffer.Start)) : 0;

    /// <summary>Bytes that were sent or wait to be sent and are not yet acknowledged.</summary>
    public long Unacknowledged => _sendEnd - _sendBuffer.Start;

    /// <summary>Whether the peer has finished and everything it sent has been read; not if an abort threw away what had not been.</summary>
    public bool IsAtEnd => _isPeerFinished && Readable == 0 && !_hasThrownAway;

    /// <summary>Counters and estimates.</summary>
    public TcpStatistics Statistics => new(
        Math.Max(0, Math.Min(_sendNext, _sendEnd) - _initialSend - 1),
        _isReceiving ? Math.Max(0, ReceivedEnd - _initialReceive - 1) : 0,
        _segmentsSent,
        _segmentsReceived,
        _retransmissions,
        _timeouts,
        _fastRecoveries,
        _spuriousRecoveries,
        new TimeSpan(_rtt.Smoothed),
        _control.Window,
        _segmentBytes,
        _receiveLimit);

    /// <summary>For the stack's lists; see <see cref="TimerHeap"/>.</summary>
    internal Instant Deadline { get; set; } = Instant.Never;

    /// <summary>For the stack's lists; see <see cref="TimerHeap"/>.</summary>
    internal int TimerIndex { get; set; } = -1;

    /// <summary>Whether it waits in the stack's list of connections with something to send.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether it waits in the stack's list of connections with events.</summary>
    internal bool IsQueuedForEvents { get; set; }

    /// <summary>Whether it counts against its listener's backlog.</summary>
    internal bool IsPending { get; set; }

    /// <summary>Its place in the list of half-open connections, or null.</summary>
    internal LinkedListNode<TcpConnection>? HalfOpenNode { get; set; }

    /// <summary>The four parts by which the stack finds it.</summary>
    internal ref readonly ConnectionKey Key => ref _key;

    private bool IsSynchronized => _state >= TcpState.Established;

    private bool CanSend => !_finishQueued && _state is TcpState.SynSent or TcpState.SynReceived or TcpState.Established or TcpState.CloseWait;

    /// <summary>
    /// Appends bytes to the stream. Before the connection is established they wait. Returns how many were taken: fewer than offered when the buffer
    /// is full, and then <see cref="StackEventKind.Writable"/> will come; 0 after <see cref="Finish"/> or the end of the connection.
    /// </summary>
    public int Send(Instant now, ReadOnlySpan<byte> data)
    {
        if (!CanSend)
        {
            return 0;
        }

        int taken = _sendBuffer.Write(_sendEnd, data[..Math.Min(data.Length, Writable)]);
        _sendEnd += taken;
        _wantsWritable |= taken < data.Length;
        if (taken > 0 && IsSynchronized)
        {
            RestartAfterIdle(now);
            _stack.Queue(this);
        }

        return taken;
    }

    /// <summary>
    /// Takes bytes out of the stream, in order; returns how many, 0 when none wait or the stream has ended (<see cref="IsAtEnd"/> tells). Works on
    /// after the connection is over, and memory is held until everything is read or <see cref="Abort"/> is called.
    /// </summary>
    public int Receive(Instant now, Span<byte> destination)
    {
        int count = Math.Min(destination.Length, Readable);
        if (count > 0)
        {
            _receiveBuffer.Read(_receiveBuffer.Start, destination[..count]);
            _receiveBuffer.DiscardTo(_receiveBuffer.Start + count);
            GrowWindow(now, count);
            UpdateWindow();
        }

        return count;
    }

    /// <summary>Ends this side's stream after what was sent (FIN). The peer may go on sending. Doing it twice is harmless.</summary>
    public void Finish(Instant now)
    {
        if (!CanSend)
        {
            return;
        }

        if (_state == TcpState.SynSent && _sendEnd == _initialSend + 1)
        {
            Terminate(now, CloseReason.Aborted, reset: false);
            return;
        }

        _finishQueued = true;
        if (IsSynchronized)
        {
            _state = _state == TcpState.CloseWait ? TcpState.LastAcknowledge : TcpState.FinishWait1;
            _stack.Queue(this);
        }
    }

    /// <summary>Ends both streams at once, tells the peer (RST) and gives all memory back, what was received and not read included.</summary>
    public void Abort(Instant now)
    {
        if (_state != TcpState.Closed)
        {
            Terminate(now, CloseReason.Aborted, reset: _state != TcpState.SynSent);
        }

        _hasThrownAway |= Readable > 0;
        _receiveBuffer.Release();
        _isReadingOver = true;
    }
}
