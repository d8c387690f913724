using System.Buffers;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// Gathers received packets of one peer for the user-space stack and posts them together: consecutive TCP segments as one large one, everything that came with
/// one call as one item, so that the core's loop is woken, and acknowledges, once. Packets stay where they are until <see cref="Flush"/>. Belongs to one thread.
/// </summary>
internal sealed unsafe class StackGatherer(FastPathState state)
{
    // What is gathered while packets stay where they are is bounded by the receiver's memory; this holds it with its headers.
    private const int BufferBytesMin = 2048;
    private const int BufferBytes = 128 << 10;

    private readonly bool _joins = state.Options.UseTunCoalescing;
    private PacketJoiner _joiner;
    private TunnelReceiver? _receiver;
    private InternetEndpoint _source;
    private byte[]? _buffer;
    private int _used;

    /// <summary>Takes a packet that has <see cref="VirtioHeader.Bytes"/> free bytes before it.</summary>
    public void Add(TunnelReceiver receiver, in InternetEndpoint source, byte* packet, in IpPacket ip)
    {
        if (!ReferenceEquals(receiver, _receiver) || source != _source)
        {
            Flush();
            _receiver = receiver;
            _source = source;
        }

        if (_joins)
        {
            if (_joiner.TryAppend(packet, ip, joinUdp: false))
            {
                return;
            }

            WriteJoined();
            if (_joiner.TryBegin(packet, ip, joinUdp: false))
            {
                return;
            }
        }

        Reserve(ip.Length);
        Write(new StackPacket(ip.Length), isVerified: false);
        Write(packet, ip.Length);
    }

    /// <summary>Posts what is held.</summary>
    public void Flush()
    {
        WriteJoined();
        if (_buffer is { } buffer)
        {
            _buffer = null;
            state.Inbox.PostPackets(_receiver!.Link, _receiver.Session, _source, buffer, _used);
            _used = 0;
        }
    }

    private void WriteJoined()
    {
        int count = _joiner.Count;
        if (count == 0)
        {
            return;
        }

        _joiner.WriteHeaders();
        int total = _joiner.TotalBytes;
        Reserve(total);
        Write(count == 1 ? new StackPacket(total) : new StackPacket(total, _joiner.SegmentBytes, _joiner.HeaderBytes), isVerified: true);
        Write(_joiner.First, _joiner.FirstBytes);
        for (int i = 1; i < count; i++)
        {
            (nint payload, int length) = _joiner.PayloadOf(i);
            Write((byte*)payload, length);
        }

        _joiner.Clear();
    }

    // A buffer begins small and is changed for a large one at most once, because most batches are either one small packet or many full ones.
    private void Reserve(int length)
    {
        int needed = _used + PacketRecords.HeaderBytes + length;
        if (_buffer is { } full && needed > full.Length)
        {
            if (needed > BufferBytes)
            {
                _buffer = null;
                state.Inbox.PostPackets(_receiver!.Link, _receiver.Session, _source, full, _used);
                _used = 0;
            }
            else
            {
                _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                full.AsSpan(0, _used).CopyTo(_buffer);
                ArrayPool<byte>.Shared.Return(full);
            }
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(PacketRecords.HeaderBytes + length <= BufferBytesMin ? BufferBytesMin : BufferBytes);
    }

    private void Write(in StackPacket packet, bool isVerified)
    {
        PacketRecords.WriteHeader(_buffer.AsSpan(_used), packet, isVerified);
        _used += PacketRecords.HeaderBytes;
    }

    private void Write(byte* bytes, int length)
    {
        new ReadOnlySpan<byte>(bytes, length).CopyTo(_buffer.AsSpan(_used));
        _used += length;
    }
}
