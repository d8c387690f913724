using System.Buffers;
using System.Security.Cryptography;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// Packets that wait for a session (staged). Bounded by <see cref="TunnelLimits.StagedPacketsMax"/> and <see cref="TunnelLimits.StagedBytesMax"/>; the oldest packet
/// makes room, because the newest is the one somebody still waits for. Memory is pooled and wiped. Not thread-safe.
/// </summary>
public sealed class PacketQueue
{
    private readonly Queue<(byte[] Buffer, int Length)> _packets = new();

    /// <summary>Packets waiting.</summary>
    public int Count => _packets.Count;

    /// <summary>Bytes waiting.</summary>
    public int Bytes { get; private set; }

    /// <summary>Packets dropped so far to make room.</summary>
    public long Dropped { get; private set; }

    /// <summary>Copies a packet to the end; drops from the front what no longer fits.</summary>
    public void Enqueue(ReadOnlySpan<byte> packet)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, packet.Length));
        packet.CopyTo(buffer);
        _packets.Enqueue((buffer, packet.Length));
        Bytes += packet.Length;
        while (_packets.Count > TunnelLimits.StagedPacketsMax || Bytes > TunnelLimits.StagedBytesMax)
        {
            RemoveFirst();
            Dropped++;
        }
    }

    /// <summary>The oldest packet, valid until the queue is next touched; false if there is none.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> packet)
    {
        bool any = _packets.TryPeek(out (byte[] Buffer, int Length) first);
        packet = any ? first.Buffer.AsSpan(0, first.Length) : default;
        return any;
    }

    /// <summary>Removes the oldest packet.</summary>
    /// <exception cref="InvalidOperationException">The queue is empty.</exception>
    public void RemoveFirst()
    {
        (byte[] buffer, int length) = _packets.Dequeue();
        Bytes -= length;
        CryptographicOperations.ZeroMemory(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        while (_packets.Count > 0)
        {
            RemoveFirst();
        }
    }
}
