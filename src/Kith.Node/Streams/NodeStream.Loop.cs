// An awaiter is kept until its pipe calls back, and its result is taken exactly once: no state machine of the compiler's for that.
#pragma warning disable CA2012

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Kith.Protocol.Core;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Node.Streams;

/// <content>The side of the core's loop.</content>
internal sealed partial class NodeStream
{
    private const int PumpBytesMax = 512 * 1024;
    private static readonly TimeSpan LingerMax = TimeSpan.FromSeconds(60);

    private readonly Action _onOutbound;
    private readonly Action _onInboundRoom;
    private readonly TaskCompletionSource<CloseReason> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TcpConnection? _connection;
    private ValueTaskAwaiter<ReadResult> _outboundRead;
    private ValueTaskAwaiter<FlushResult> _inboundFlush;
    private volatile bool _isOutboundReady;
    private volatile bool _hasInboundRoom;
    private bool _isOutboundArmed;
    private bool _isOutboundBlocked;
    private bool _isOutboundDone;
    private bool _isInboundPaused;
    private bool _isInboundDone;
    private bool _isReaderGone;
    private bool _isClosed;
    private CloseReason _closeReason;
    private bool _isLingering;
    private long _sentBytes;
    private long _arrivedBefore;
    private int _isPosted;

    /// <summary>Completes with <see cref="CloseReason.None"/> when a dialled connection stands, and with the reason when it does not come about.</summary>
    public Task<CloseReason> Opened => _opened.Task;

    /// <summary>Whether it is in the owner's queue; see <see cref="NodeStreams.Post"/>.</summary>
    public ref int IsPosted => ref _isPosted;

    /// <summary>Whether its user is done with it, and what was written has not all arrived.</summary>
    public bool IsFlushing => IsDisposed && !_isAborted && _connection is { } connection && (!_isOutboundDone || connection.Unacknowledged > 0);

    /// <summary>Takes a connection over.</summary>
    public void Attach(TcpConnection connection, bool isOpen)
    {
        _connection = connection;
        connection.Tag = this;
        if (isOpen)
        {
            _opened.SetResult(CloseReason.None);
        }
    }

    /// <inheritdoc/>
    public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
    {
        switch (stackEvent.Kind)
        {
            case StackEventKind.Connected:
                _opened.TrySetResult(CloseReason.None);
                break;
            case StackEventKind.Writable:
                _isOutboundBlocked = false;
                break;
            case StackEventKind.Closed:
                _isClosed = true;
                _closeReason = stackEvent.Reason;
                break;
            default:
                break;
        }

        _owner.PostFromLoop(this);
    }

    /// <summary>Carries bytes both ways as far as they go now.</summary>
    public void Pump(ClockReading now)
    {
        if (_connection is not { } connection)
        {
            return;
        }

        if (_isAborted)
        {
            Break(now, CloseReason.Aborted);
            return;
        }

        if (_isClosed && _closeReason != CloseReason.Finished)
        {
            Break(now, _closeReason);
            return;
        }

        PumpOutbound(now, connection);
        PumpInbound(now, connection);
        if (_isInboundDone && _isOutboundDone && _isClosed)
        {
            Leave(now);
        }
        else if (IsDisposed && !_isLingering)
        {
            _isLingering = true;
            _owner.ExpectEnd(this, now.Monotonic + LingerMax);
        }
    }

    /// <summary>Gives up what its user is done with and the peer does not close, or has taken no byte of for as long.</summary>
    public void HandleLinger(ClockReading now)
    {
        long arrived = _sentBytes - (_connection?.Unacknowledged ?? 0);
        if (IsFlushing && arrived > _arrivedBefore)
        {
            _arrivedBefore = arrived;
            _owner.ExpectEnd(this, now.Monotonic + LingerMax);
        }
        else
        {
            Break(now, CloseReason.Aborted);
        }
    }

    /// <summary>Ends it for whoever uses it, and for the peer.</summary>
    public void Break(ClockReading now, CloseReason reason)
    {
        _opened.TrySetResult(reason == CloseReason.None ? CloseReason.Aborted : reason);
        IOException failure = new(Words(reason));
        if (!_isInboundDone)
        {
            _isInboundDone = true;
            _inbound.Writer.Complete(failure);
        }

        if (!_isOutboundDone)
        {
            _isOutboundDone = true;
            _outbound.Reader.Complete(failure);
        }

        Leave(now);
    }

    private static string Words(CloseReason reason) => reason switch
    {
        CloseReason.Reset or CloseReason.Refused => "The other device broke the connection.",
        CloseReason.TimedOut => "The other device has not answered for too long.",
        CloseReason.AddressRemoved => "This device is no longer in the network that the connection ran in.",
        CloseReason.None => "The node was stopped.",
        _ => "The connection was aborted.",
    };

    private void Leave(ClockReading now)
    {
        if (_connection is { } connection)
        {
            _connection = null;
            connection.Tag = null;
            connection.Abort(now);
            _owner.Remove(this);
        }
    }

    private void PumpOutbound(ClockReading now, TcpConnection connection)
    {
        long left = PumpBytesMax;
        while (!_isOutboundDone && !_isOutboundBlocked && TryReadOutbound(out ReadResult result))
        {
            ReadOnlySequence<byte> data = result.Buffer;
            long sent = 0;
            foreach (ReadOnlyMemory<byte> piece in data)
            {
                int count = connection.Send(now, piece.Span);
                sent += count;
                if (count < piece.Length)
                {
                    _isOutboundBlocked = true;
                    break;
                }
            }

            _outbound.Reader.AdvanceTo(data.GetPosition(sent));
            left -= sent;
            _sentBytes += sent;
            if (_isOutboundBlocked)
            {
                if (connection.Writable > 0)
                {
                    // Not the connection is full but the stack's memory: nobody will tell when there is some again.
                    _isOutboundBlocked = false;
                    _owner.Starve(this);
                    return;
                }
            }
            else if (result.IsCompleted)
            {
                _isOutboundDone = true;
                _outbound.Reader.Complete();
                connection.Finish(now);
            }
            else if (left <= 0)
            {
                _owner.PostFromLoop(this);
                return;
            }
        }
    }

    private bool TryReadOutbound(out ReadResult result)
    {
        if (_isOutboundArmed)
        {
            if (!_isOutboundReady)
            {
                result = default;
                return false;
            }

            _isOutboundArmed = false;
            _isOutboundReady = false;
            result = _outboundRead.GetResult();
            return true;
        }

        if (_outbound.Reader.TryRead(out result))
        {
            return true;
        }

        _outboundRead = _outbound.Reader.ReadAsync().GetAwaiter();
        if (_outboundRead.IsCompleted)
        {
            result = _outboundRead.GetResult();
            return true;
        }

        _isOutboundArmed = true;
        _outboundRead.UnsafeOnCompleted(_onOutbound);
        return false;
    }

    private void PumpInbound(ClockReading now, TcpConnection connection)
    {
        if (_isInboundPaused && _hasInboundRoom)
        {
            _isInboundPaused = false;
            _hasInboundRoom = false;
            _isReaderGone |= _inboundFlush.GetResult().IsCompleted;
        }

        int left = PumpBytesMax;
        while (!_isInboundDone && !_isReaderGone && !_isInboundPaused && connection.Readable > 0)
        {
            if (left <= 0)
            {
                _owner.PostFromLoop(this);
                return;
            }

            left -= Move(now, connection);
        }

        if (_isReaderGone)
        {
            Discard(now, connection);
        }

        if (connection.IsAtEnd && !_isInboundDone)
        {
            _isInboundDone = true;
            _inbound.Writer.Complete();
        }
    }

    private int Move(ClockReading now, TcpConnection connection)
    {
        PipeWriter writer = _inbound.Writer;
        int moved = 0;
        while (moved < PipeBytesMax / 4 && connection.Readable > 0)
        {
            int count = connection.Receive(now, writer.GetMemory((int)Math.Min(connection.Readable, PieceBytesMax)).Span);
            writer.Advance(count);
            moved += count;
        }

        _inboundFlush = writer.FlushAsync().GetAwaiter();
        if (_inboundFlush.IsCompleted)
        {
            _isReaderGone = _inboundFlush.GetResult().IsCompleted;
        }
        else
        {
            _isInboundPaused = true;
            _inboundFlush.UnsafeOnCompleted(_onInboundRoom);
        }

        return moved;
    }

    // Nobody reads any more. What the peer still sends is swallowed while it must take what we have written; after that it is told.
    private void Discard(ClockReading now, TcpConnection connection)
    {
        Span<byte> nowhere = stackalloc byte[4096];
        bool any = false;
        while (connection.Receive(now, nowhere) > 0)
        {
            any = true;
        }

        if (any && _isOutboundDone && connection.Unacknowledged == 0)
        {
            Break(now, CloseReason.Aborted);
        }
    }

    private void HandleOutboundReady()
    {
        _isOutboundReady = true;
        _owner.Post(this);
    }

    private void HandleInboundRoom()
    {
        _hasInboundRoom = true;
        _owner.Post(this);
    }
}
