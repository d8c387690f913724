using System.Buffers.Binary;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// Frames control messages on one TCP connection of the user-space stack. Owns its inbound buffer, which grows to one message
/// at most, and a bounded outbound queue. Used on the core's loop alone.
/// </summary>
internal sealed class ControlStream
{
    private const int InitialBufferBytes = 1024;

    // A peer that vanished with half of the connection closed would otherwise hold it for ever.
    private static readonly TimeSpan KeepAliveIdle = TimeSpan.FromMinutes(2);

    private readonly Queue<ReadOnlyMemory<byte>> _outbound = new();
    private byte[] _inbound = new byte[InitialBufferBytes];
    private int _inboundLength;
    private int _consumed;
    private int _headSent;

    /// <summary>Takes a connection over.</summary>
    public ControlStream(TcpConnection connection)
    {
        Connection = connection;
        connection.KeepAliveIdle = KeepAliveIdle;
    }

    /// <summary>The connection below.</summary>
    public TcpConnection Connection { get; }

    /// <summary>Bytes that the connection has taken so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes waiting for room in the connection.</summary>
    public int QueuedBytes { get; private set; }

    /// <summary>Whether nothing waits here; what the connection has may still be under way.</summary>
    public bool IsFlushed => QueuedBytes == 0;

    /// <summary>Whether more may be produced now.</summary>
    public bool CanProduce => QueuedBytes < ControlConstants.QueuedBytesMax;

    /// <summary>Whether the other side broke the framing; the stream is to be aborted.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Queues a message and sends what fits.</summary>
    public void Write(Instant now, ControlMessageType type, ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[ControlConstants.HeaderBytes + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, body.Length);
        message[4] = (byte)type;
        body.CopyTo(message.AsSpan(ControlConstants.HeaderBytes));
        _outbound.Enqueue(message);
        QueuedBytes += message.Length;
        Flush(now);
    }

    /// <summary>Sends what the connection has room for.</summary>
    public void Flush(Instant now)
    {
        while (_outbound.TryPeek(out ReadOnlyMemory<byte> head))
        {
            int sent = Connection.Send(now, head.Span[_headSent..]);
            if (sent <= 0)
            {
                return;
            }

            QueuedBytes -= sent;
            SentBytes += sent;
            _headSent += sent;
            if (_headSent == head.Length)
            {
                _outbound.Dequeue();
                _headSent = 0;
            }
        }
    }

    /// <summary>
    /// Takes the next whole message. The body lies in this stream's buffer and holds until the next call. False when none is
    /// complete or the framing is broken.
    /// </summary>
    public bool TryRead(Instant now, out ControlMessageType type, out ReadOnlySpan<byte> body)
    {
        type = default;
        body = default;
        Discard();
        if (!TryFill(now, ControlConstants.HeaderBytes))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_inbound);
        if (length is < 0 or > ControlConstants.BodyBytesMax)
        {
            IsBroken = true;
            return false;
        }

        int total = ControlConstants.HeaderBytes + length;
        if (!TryFill(now, total))
        {
            return false;
        }

        type = (ControlMessageType)_inbound[4];
        body = _inbound.AsSpan(ControlConstants.HeaderBytes, length);
        _consumed = total;
        return true;
    }

    private void Discard()
    {
        if (_consumed == 0)
        {
            return;
        }

        _inbound.AsSpan(_consumed, _inboundLength - _consumed).CopyTo(_inbound);
        _inboundLength -= _consumed;
        _consumed = 0;
        if (_inboundLength == 0 && _inbound.Length > InitialBufferBytes)
        {
            _inbound = new byte[InitialBufferBytes];
        }
    }

    // Reads no further than one message, so that what the peer sends ahead stays in the connection's window.
    private bool TryFill(Instant now, int needed)
    {
        while (!IsBroken && _inboundLength < needed)
        {
            // What a header announces is room only once that much has come: five bytes must not be worth a quarter of a mebibyte.
            if (_inboundLength == _inbound.Length)
            {
                Array.Resize(ref _inbound, Math.Min(needed, 2 * _inbound.Length));
            }

            int received = Connection.Receive(now, _inbound.AsSpan(_inboundLength, Math.Min(needed, _inbound.Length) - _inboundLength));
            if (received <= 0)
            {
                return false;
            }

            _inboundLength += received;
        }

        return !IsBroken;
    }
}
