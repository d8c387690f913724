using System.Runtime.InteropServices;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// From the user-space stack to the peers, on the thread of the core's loop: cuts a large segment into the packets it stands for right where they are sealed,
/// gathers small packets for one peer, and sends each batch with one call that does not wait. A batch that finds the socket full is kept, and nothing more is
/// taken until it has gone, so that the stack waits instead of losing what the machine itself has no room for. What cannot be sealed goes to the core's inbox,
/// as it does from the TUN device.
/// </summary>
internal sealed unsafe class StackSender : IDisposable
{
    private const int AreaBytes = 66 << 10;
    private const int Mtu = PeerLink.DefaultMtuBytes;

    private readonly FastPathState _state;
    private readonly PacketCipher _cipher;
    private readonly PacketSender _sender;
    private readonly byte* _area;
    private readonly int[] _lengths = new int[DatagramSocket.SegmentCountMax];
    private PeerLink? _link;
    private SendWay _way;
    private int _stride;
    private int _count;
    private int _bytes;
    private bool _isSealed;

    public StackSender(FastPathState state)
    {
        _state = state;
        _cipher = PacketCipher.Create(state.Options.UseVectorCipher);
        _sender = new PacketSender(state, _cipher, Counters);
        _area = (byte*)NativeMemory.AlignedAlloc(AreaBytes, 64);
        NativeMemory.Clear(_area, AreaBytes);
    }

    /// <summary>What was counted here.</summary>
    public ThreadCounters Counters { get; } = new();

    /// <summary>The most packets that one large segment should stand for, so that they fit one send by whatever way.</summary>
    public const int SegmentsMax = DatagramSocket.SegmentedBytesMax / (Mtu + RelayLayout.OverheadBytes);

    /// <summary>Takes one packet, single or large; false while the socket has no room, and then nothing of it was taken.</summary>
    public bool TrySend(PeerLink link, ReadOnlySpan<byte> bytes, in StackPacket packet)
    {
        bool continues = ReferenceEquals(link, _link) && !packet.IsLarge && HasRoom(packet.Length);
        if (!continues && !TryFlush())
        {
            return false;
        }

        _link = link;
        fixed (byte* start = bytes)
        {
            if (!packet.IsLarge)
            {
                if (TryBegin(packet.Length))
                {
                    Buffer.MemoryCopy(start, Next, packet.Length, packet.Length);
                    Add(packet.Length);
                }
                else
                {
                    _state.Inbox.PostTunPacket(bytes);
                }
            }
            else if (PacketSplitter.TryParse(Describe(start, packet), start, packet.Length, out PacketSplitter splitter))
            {
                Split(splitter);
            }
            else
            {
                Counters.Drop(FastPathDrop.MalformedOutgoing);
            }
        }

        return true;
    }

    /// <summary>Seals and sends what is held; false if the socket has no room for it yet.</summary>
    public bool TryFlush() => TryFlush(mayWait: false);

    /// <inheritdoc/>
    /// <summary>Overwrites what the cipher remembers of keys.</summary>
    public void ForgetKeys() => _cipher.Forget();

    public void Dispose()
    {
        _cipher.Dispose();
        NativeMemory.AlignedFree(_area);
    }

    private byte* Next => _area + _bytes + _way.PacketOffset;

    private static VirtioHeader Describe(byte* start, in StackPacket packet) => new()
    {
        GsoType = start[0] >> 4 == 4 ? VirtioHeader.GsoTcpV4 : VirtioHeader.GsoTcpV6,
        GsoSize = (ushort)packet.SegmentBytes,
        ChecksumStart = (ushort)packet.ChecksumStart,
    };

    private void Split(in PacketSplitter splitter)
    {
        for (int i = 0; i < splitter.Count; i++)
        {
            if (_count > 0 && !HasRoom(splitter.PacketBytes))
            {
                // Large segments are made to fit one send; one that does not may wait in the middle rather than be lost in part.
                TryFlush(mayWait: true);
            }

            if (TryBegin(splitter.PacketBytes))
            {
                Add(splitter.Write(i, Next));
            }
            else
            {
                int length = splitter.Write(i, _area);
                _state.Inbox.PostTunPacket(new ReadOnlySpan<byte>(_area, length));
            }
        }
    }

    // Packets that are sent together are of one size, the last possibly shorter.
    private bool HasRoom(int length)
    {
        int datagramBytes = TransportLayout.Padded(length, Mtu) + _way.OverheadBytes;
        return _count > 0 && !_isSealed && datagramBytes <= _stride && _bytes % _stride == 0 && _count < SendWay.BatchMax(_stride);
    }

    // The first packet of a batch decides its way and size; false where there is no way past the core.
    private bool TryBegin(int length)
    {
        if (_count > 0)
        {
            return true;
        }

        if (!_sender.TryFindWay(_link!, out _way))
        {
            return false;
        }

        _stride = TransportLayout.Padded(length, Mtu) + _way.OverheadBytes;
        return true;
    }

    private void Add(int length)
    {
        int padded = TransportLayout.Padded(length, Mtu);
        if (padded != length)
        {
            new Span<byte>(Next + length, padded - length).Clear();
        }

        _lengths[_count++] = length;
        _bytes += padded + _way.OverheadBytes;
    }

    private bool TryFlush(bool mayWait)
    {
        if (_count == 0)
        {
            return true;
        }

        if (_isSealed || _sender.TrySeal(_way, _area, _bytes, _stride, _count))
        {
            _isSealed = !_sender.Dispatch(_way, _area, _bytes, _stride, _count, mayWait);
            if (_isSealed)
            {
                return false;
            }
        }
        else
        {
            PostHeld();
        }

        _count = 0;
        _bytes = 0;
        return true;
    }

    private void PostHeld()
    {
        for (int i = 0; i < _count; i++)
        {
            _state.Inbox.PostTunPacket(new ReadOnlySpan<byte>(_area + (i * _stride) + _way.PacketOffset, _lengths[i]));
        }
    }
}
