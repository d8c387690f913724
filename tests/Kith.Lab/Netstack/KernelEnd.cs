using System.Net.Sockets;
using System.Security.Cryptography;

namespace Kith.Lab.Netstack;

/// <summary>The kernel's end of a transfer: one thread sends and finishes, another receives and hashes.</summary>
internal sealed class KernelEnd
{
    private readonly Thread _receiver;
    private readonly Thread _sender;
    private Exception? _failure;

    public KernelEnd(Socket socket, long bytesToSend, int seed, bool finishesLast = false)
    {
        socket.NoDelay = true;
        _receiver = new Thread(() => Guard(() => Receive(socket))) { IsBackground = true };
        _sender = new Thread(() => Guard(() =>
        {
            if (finishesLast)
            {
                _receiver.Join();
            }

            Send(socket, bytesToSend, seed);
        })) { IsBackground = true };
        _receiver.Start();
        _sender.Start();
    }

    public long BytesReceived { get; private set; }

    public byte[]? ReceivedHash { get; private set; }

    public static byte[] HashOf(long bytes, int seed)
    {
        Pattern pattern = new(seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long left = bytes; left > 0;)
        {
            ReadOnlySpan<byte> piece = pattern.Next(left);
            hash.AppendData(piece);
            pattern.Advance(piece.Length);
            left -= piece.Length;
        }

        return hash.GetHashAndReset();
    }

    public void Join(TimeSpan most)
    {
        Assert.True(_sender.Join(most) && _receiver.Join(most), $"The kernel's end did not finish; it received {BytesReceived} bytes.");
        if (_failure is not null)
        {
            throw new InvalidOperationException("The kernel's end failed.", _failure);
        }
    }

    private static void Send(Socket socket, long bytes, int seed)
    {
        Pattern pattern = new(seed);
        for (long left = bytes; left > 0;)
        {
            int sent = socket.Send(pattern.Next(left));
            pattern.Advance(sent);
            left -= sent;
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private void Receive(Socket socket)
    {
        byte[] buffer = new byte[1 << 18];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count;
        while ((count = socket.Receive(buffer)) > 0)
        {
            BytesReceived += count;
            hash.AppendData(buffer.AsSpan(0, count));
        }

        ReceivedHash = hash.GetHashAndReset();
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }
}
