using System.Security.Cryptography;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;

namespace Kith.Tests.Netstack;

/// <summary>Sends pseudo-random bytes one way over a connection and compares what arrives.</summary>
internal sealed class StreamTransfer : IDisposable
{
    private readonly StackPair _pair;
    private readonly TcpConnection _from;
    private readonly TcpConnection _to;
    private readonly TestRandom _content;
    private readonly IncrementalHash _sentHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _receivedHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _chunk = new byte[16384];
    private readonly byte[] _buffer = new byte[65536];
    private int _pending;
    private long _left;

    public StreamTransfer(StackPair pair, TcpConnection from, TcpConnection to, long bytes, ulong seed)
    {
        _pair = pair;
        _from = from;
        _to = to;
        _left = bytes;
        _content = new TestRandom(seed);
    }

    public long Received { get; private set; }

    public bool IsOver => _to.IsAtEnd;

    /// <summary>Sends and receives what is possible now.</summary>
    public void Pump()
    {
        while (_left > 0 || _pending > 0)
        {
            if (_pending == 0)
            {
                _pending = (int)Math.Min(_chunk.Length, _left);
                _content.Fill(_chunk.AsSpan(0, _pending));
                _sentHash.AppendData(_chunk.AsSpan(0, _pending));
                _left -= _pending;
            }

            int taken = _from.Send(_pair.Now, _chunk.AsSpan(0, _pending));
            _chunk.AsSpan(taken, _pending - taken).CopyTo(_chunk);
            _pending -= taken;
            if (_pending > 0)
            {
                break;
            }
        }

        if (_left == 0 && _pending == 0)
        {
            _from.Finish(_pair.Now);
        }

        int count;
        while ((count = _to.Receive(_pair.Now, _buffer)) > 0)
        {
            Received += count;
            _receivedHash.AppendData(_buffer.AsSpan(0, count));
        }
    }

    public void AssertEqual() => Assert.Equal(_sentHash.GetHashAndReset(), _receivedHash.GetHashAndReset());

    public void Dispose()
    {
        _sentHash.Dispose();
        _receivedHash.Dispose();
    }

    /// <summary>Runs transfers in both directions to their end and compares; returns the simulated time it took.</summary>
    public static TimeSpan RunBoth(StackPair pair, TcpConnection client, TcpConnection server, long toServer, long toClient, TimeSpan most)
    {
        using StreamTransfer up = new(pair, client, server, toServer, 11);
        using StreamTransfer down = new(pair, server, client, toClient, 22);
        Kith.Protocol.Wire.Instant start = pair.Now;
        up.Pump();
        down.Pump();
        pair.RunUntil(
            () =>
            {
                up.Pump();
                down.Pump();
                pair.Flush();
                return up.IsOver && down.IsOver;
            },
            most);
        up.AssertEqual();
        down.AssertEqual();
        Assert.Equal(toServer, up.Received);
        Assert.Equal(toClient, down.Received);
        return pair.Now - start;
    }
}
