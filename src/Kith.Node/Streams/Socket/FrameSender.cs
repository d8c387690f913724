using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Kith.Node.Streams.Socket;

/// <summary>Writes frames to a connection of the control socket, each whole. One at a time; who comes meanwhile waits.</summary>
internal sealed class FrameSender(Stream connection, System.Net.Sockets.Socket? socket) : IAsyncDisposable
{
    // Below this a copy is cheaper than what a call takes for each piece.
    private const int GatherBytesMin = 16 * 1024;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _header = new byte[StreamFrame.HeaderBytes];
    private readonly List<ArraySegment<byte>> _pieces = [];

    /// <summary>Writes bytes of the stream.</summary>
    public async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            int count = (int)Math.Min(bytes.Length, StreamFrame.BodyBytesMax);
            ReadOnlySequence<byte> body = bytes.Slice(0, count);
            bytes = bytes.Slice(count);
            if (socket is not null && count >= GatherBytesMin && TryGather(body))
            {
                await SendGatheredAsync(socket, cancellationToken).ConfigureAwait(false);
                continue;
            }

            byte[] buffer = ArrayPool<byte>.Shared.Rent(StreamFrame.HeaderBytes + count);
            StreamFrame.EncodeHeader(buffer, StreamFrameType.Data, count);
            body.CopyTo(buffer.AsSpan(StreamFrame.HeaderBytes));
            ValueTask write = WriteOutAsync(buffer, StreamFrame.HeaderBytes + count);
            if (!write.IsCompletedSuccessfully)
            {
                await write.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes a frame without bytes of the stream.</summary>
    public async ValueTask WriteAsync(StreamFrameType type, string reason, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(reason);
        int count = Math.Min(body.Length, StreamFrame.ReasonBytesMax);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        byte[] frame = ArrayPool<byte>.Shared.Rent(StreamFrame.HeaderBytes + count);
        StreamFrame.EncodeHeader(frame, type, count);
        body.AsSpan(0, count).CopyTo(frame.AsSpan(StreamFrame.HeaderBytes));
        await WriteOutAsync(frame, StreamFrame.HeaderBytes + count).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection; what was begun fails.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private bool TryGather(in ReadOnlySequence<byte> body)
    {
        StreamFrame.EncodeHeader(_header, StreamFrameType.Data, (int)body.Length);
        _pieces.Clear();
        _pieces.Add(_header);
        foreach (ReadOnlyMemory<byte> piece in body)
        {
            if (!MemoryMarshal.TryGetArray(piece, out ArraySegment<byte> segment))
            {
                return false;
            }

            _pieces.Add(segment);
        }

        return true;
    }

    // The bytes lie in the caller's memory, so that it must not get it back before they are sent: whoever gives up ends the connection.
    private async ValueTask SendGatheredAsync(System.Net.Sockets.Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static socket => ((IDisposable)socket!).Dispose(), socket);
            await using (registration.ConfigureAwait(false))
            {
                await socket.SendAsync(_pieces, SocketFlags.None).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException("The connection with the program ended.", failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    // Once begun, a frame is written to its end, whoever waits for that. Takes the buffer over, and the lock.
    private async ValueTask WriteOutAsync(byte[] buffer, int length)
    {
        try
        {
            await connection.WriteAsync(buffer.AsMemory(0, length), CancellationToken.None).ConfigureAwait(false);
            await connection.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
