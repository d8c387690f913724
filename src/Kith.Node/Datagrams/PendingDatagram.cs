using System.Buffers;

namespace Kith.Node.Datagrams;

/// <summary>A datagram between the core's loop and whoever sends or receives it, in a pooled buffer.</summary>
internal readonly struct PendingDatagram
{
    private readonly byte[] _buffer;
    private readonly int _length;

    /// <summary>Copies the bytes.</summary>
    public PendingDatagram(ReadOnlySpan<byte> bytes, KithPeer peer)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, bytes.Length));
        bytes.CopyTo(_buffer);
        _length = bytes.Length;
        Peer = peer;
    }

    /// <summary>Who sent it, or who is to get it.</summary>
    public KithPeer Peer { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Gives the buffer back; nothing of this may be used any more.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(_buffer);
}
