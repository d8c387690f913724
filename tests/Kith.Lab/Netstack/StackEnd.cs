using System.Security.Cryptography;
using Kith.Protocol.Netstack.Tcp;

namespace Kith.Lab.Netstack;

/// <summary>The stack's end of a transfer: sends so many bytes, finishes, and hashes what comes. Lives on the loop thread.</summary>
internal sealed class StackEnd(KernelRig rig, TcpConnection connection, long bytesToSend, int seed)
{
    private readonly Pattern _pattern = new(seed);
    private readonly IncrementalHash _received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 18];
    private long _left = bytesToSend;

    public TcpConnection Connection { get; } = connection;

    public long BytesReceived { get; private set; }

    public byte[]? ReceivedHash { get; private set; }

    /// <summary>When set, this end finishes its stream only once the peer has finished its own.</summary>
    public bool FinishesLast { get; init; }

    public void Pump()
    {
        int count;
        while ((count = Connection.Receive(rig.Now, _buffer)) > 0)
        {
            BytesReceived += count;
            _received.AppendData(_buffer.AsSpan(0, count));
        }

        if (Connection.IsAtEnd && ReceivedHash is null)
        {
            ReceivedHash = _received.GetHashAndReset();
        }

        if (FinishesLast && ReceivedHash is null)
        {
            return;
        }

        while (_left > 0)
        {
            int taken = Connection.Send(rig.Now, _pattern.Next(_left));
            _pattern.Advance(taken);
            _left -= taken;
            if (taken == 0)
            {
                return;
            }
        }

        Connection.Finish(rig.Now);
    }
}
