using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>What the owner is told.</content>
public sealed partial class TcpConnection
{
    private bool _tellOpen;
    private bool _tellReadable;
    private bool _tellWritable;
    private bool _tellPeerFinished;
    private bool _tellClosed;
    private bool _wantsWritable;
    private bool _wasTold;

    /// <summary>Takes the next event, in the order in which an owner can make sense of them.</summary>
    internal bool TryGetEvent(out StackEvent stackEvent)
    {
        StackEventKind kind = NextEvent();
        stackEvent = new StackEvent
        {
            Kind = kind,
            Connection = this,
            Listener = kind == StackEventKind.Accepted ? Listener : null,
            Reason = kind == StackEventKind.Closed ? CloseReason : CloseReason.None,
        };
        return kind != StackEventKind.None;
    }

    private StackEventKind NextEvent()
    {
        if (_tellOpen)
        {
            _tellOpen = false;
            _wasTold = true;
            NetworkStack.LeaveBacklog(this);
            return Listener is null ? StackEventKind.Connected : StackEventKind.Accepted;
        }

        if (_tellReadable)
        {
            _tellReadable = false;
            return StackEventKind.Readable;
        }

        if (_tellPeerFinished)
        {
            _tellPeerFinished = false;
            return StackEventKind.PeerFinished;
        }

        if (_tellWritable)
        {
            _tellWritable = false;
            return _state == TcpState.Closed ? NextEvent() : StackEventKind.Writable;
        }

        if (_tellClosed)
        {
            _tellClosed = false;
            return StackEventKind.Closed;
        }

        return StackEventKind.None;
    }

    private void TellOpen()
    {
        _tellOpen = true;
        _stack.QueueEvents(this);
    }

    private void TellReadable()
    {
        _tellReadable = true;
        _stack.QueueEvents(this);
    }

    private void TellPeerFinished()
    {
        _tellPeerFinished = true;
        _stack.QueueEvents(this);
    }

    private void TellWritable()
    {
        if (_wantsWritable && CanSend && Writable >= SendLimit / 4)
        {
            _wantsWritable = false;
            _tellWritable = true;
            _stack.QueueEvents(this);
        }
    }

    // A half-open connection that its owner never heard of ends without a word.
    private void TellClosed()
    {
        if (_wasTold || _tellOpen || Listener is null)
        {
            _tellClosed = true;
            _stack.QueueEvents(this);
        }
    }

    private void Terminate(Instant now, CloseReason reason, bool reset)
    {
        if (reset)
        {
            SendReset();
        }

        CloseReason = reason;
        _stack.Remove(this);
        if (_state == TcpState.TimeWait)
        {
            _stack.EnterTimeWait(now, new TimeWaitEntry(_key, (uint)_sendNext, (uint)_receiveNext, _timestamps, _timestampOffset, _timestampRecent), _acknowledgePending);
        }

        _state = TcpState.Closed;
        _sendBuffer.Release();

        // Beyond the contiguous part nothing will ever be read.
        _receiveBuffer.Trim(ReceivedEnd);
        TellClosed();
    }
}
