using System.Buffers;
using System.Collections.Concurrent;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Node.Hosting;

/// <summary>
/// What waits for the core's loop: packets from the fast path and the LAN socket, and work posted by callers. Any thread posts;
/// the loop alone takes. Bounded: packets above <see cref="PacketsMax"/> are dropped and counted, as a network would.
/// </summary>
internal sealed class CoreInbox : ICoreInbox, IDisposable
{
    /// <summary>Items with packets that may wait; each holds one pooled buffer.</summary>
    public const int PacketsMax = 4096;

    /// <summary>Bytes of packets that may wait: what all windows of the user-space stack promise together is far less, a burst of a fast network is not.</summary>
    public const int BytesMax = 32 << 20;

    /// <summary>Datagrams of whoever that may wait: they have a queue of their own, so that a flood of strangers pushes nothing out that members sent.</summary>
    public const int StrangersMax = 4096;

    /// <summary>Items with packets of one member that may wait, so that there is room for the others.</summary>
    public const int PerMemberMax = PacketsMax / 4;

    private readonly ConcurrentQueue<Item> _items = new();
    private readonly ConcurrentQueue<Item> _strangers = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private int _packets;
    private int _strangerCount;
    private long _bytes;
    private int _isWaiting;
    private int _isWoken;
    private long _dropped;
    private long _strangersDropped;

    /// <summary>What an item is.</summary>
    internal enum Kind
    {
        Datagram,
        Plaintext,
        Packets,
        TunPacket,
        Traffic,
        Lan,
        Work,
    }

    /// <summary>Packets dropped because the loop did not keep up.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Datagrams of strangers dropped because more came than the loop looks at.</summary>
    public long StrangersDropped => Interlocked.Read(ref _strangersDropped);

    /// <inheritdoc/>
    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (IsForged(source))
        {
            return;
        }

        if (Interlocked.Increment(ref _strangerCount) > StrangersMax)
        {
            Interlocked.Decrement(ref _strangerCount);
            Interlocked.Increment(ref _strangersDropped);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(datagram.Length, 1));
        datagram.CopyTo(buffer);
        _strangers.Enqueue(new Item(Kind.Datagram) { Source = source, Buffer = buffer, Length = datagram.Length });
        Signal();
    }

    /// <summary>A datagram that came over one of our TCP connections.</summary>
    public void PostTcp(int connection, ReadOnlySpan<byte> datagram) => PostPacket(new Item(Kind.Datagram) { Source = PathAddress.Tcp(connection) }, datagram);

    /// <inheritdoc/>
    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(link);

        // Relay frames have budgets of their own; of the others no member honestly sends many.
        bool isRelay = !plaintext.IsEmpty && plaintext[0] == (byte)FrameType.Relay;
        if (!isRelay && !link.Flood.TryTakeFrame(SystemClock.Now))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        if (!IsForged(source))
        {
            PostPacket(new Item(Kind.Plaintext) { Source = source, Link = link, Session = session }, plaintext);
        }
    }

    /// <inheritdoc/>
    public void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        Item item = new(Kind.Packets) { Source = source, Link = link, Session = session, Buffer = buffer, Length = length };
        if (IsForged(source) || !TryAdmit(length, link))
        {
            Release(item);
            return;
        }

        Enqueue(item);
    }

    /// <inheritdoc/>
    public void PostTunPacket(ReadOnlySpan<byte> packet) => PostPacket(new Item(Kind.TunPacket), packet);

    /// <summary>A datagram from the multicast socket.</summary>
    public void PostLan(in InternetEndpoint source, ReadOnlySpan<byte> datagram) => PostPacket(new Item(Kind.Lan) { Source = source }, datagram);

    /// <inheritdoc/>
    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received)
    {
        if (IsForged(source))
        {
            return;
        }

        if (!TryAdmit(0, null))
        {
            return;
        }

        Enqueue(new Item(Kind.Traffic) { Source = source, Link = link, Session = session, Received = received });
    }

    /// <summary>Work to be done on the loop. Never dropped: its number is bounded by the callers who wait for it.</summary>
    public void PostWork(Action<ClockReading> work) => Enqueue(new Item(Kind.Work) { Work = work });

    /// <summary>Makes the loop turn, for what waits elsewhere.</summary>
    public void Wake()
    {
        Volatile.Write(ref _isWoken, 1);
        Signal();
    }

    // Costs a look while the loop is awake: it looks again before it waits.
    private void Signal()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isWaiting) != 0 && Interlocked.Exchange(ref _isWaiting, 0) != 0)
        {
            try
            {
                _signal.Release();
            }
            catch (SemaphoreFullException)
            {
                // The loop has not taken the last signal yet; it will see this item as well.
            }
            catch (ObjectDisposedException)
            {
                // The node is stopping; nobody takes any more.
            }
        }
    }

    /// <summary>Takes the next item; the caller returns its buffer with <see cref="Release"/>.</summary>
    public bool TryTake(out Item item)
    {
        if (!_items.TryDequeue(out item))
        {
            return false;
        }

        if (item.Kind != Kind.Work)
        {
            Leave(item.Length, item.Kind == Kind.Traffic ? null : item.Link);
        }

        return true;
    }

    /// <summary>Takes the next datagram of whoever; the caller returns its buffer with <see cref="Release"/>. To be asked for less eagerly than the other.</summary>
    public bool TryTakeStranger(out Item item)
    {
        if (!_strangers.TryDequeue(out item))
        {
            return false;
        }

        Interlocked.Decrement(ref _strangerCount);
        return true;
    }

    /// <summary>Gives an item's buffer back to the pool.</summary>
    public static void Release(in Item item)
    {
        if (item.Buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(item.Buffer);
        }
    }

    /// <summary>Waits until something is posted or the time is over.</summary>
    public void Wait(TimeSpan timeout)
    {
        // Said before the last look: whoever posts after that look sees it.
        Interlocked.Exchange(ref _isWaiting, 1);
        if (_items.IsEmpty && _strangers.IsEmpty && Volatile.Read(ref _isWoken) == 0)
        {
            _signal.Wait(timeout);
        }

        Volatile.Write(ref _isWaiting, 0);
        Interlocked.Exchange(ref _isWoken, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    // No UDP packet honestly comes from where our own names for TCP connections lie.
    private static bool IsForged(in InternetEndpoint source) => PathAddress.TryGetTcp(source, out _);

    private void PostPacket(Item item, ReadOnlySpan<byte> bytes)
    {
        if (!TryAdmit(bytes.Length, item.Link))
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(buffer);
        Enqueue(item with { Buffer = buffer, Length = bytes.Length });
    }

    private bool TryAdmit(int bytes, PeerLink? of)
    {
        int packets = Interlocked.Increment(ref _packets);
        int ofMember = of?.Flood.Enter() ?? 0;
        if (Interlocked.Add(ref _bytes, bytes) <= BytesMax && packets <= PacketsMax && ofMember <= PerMemberMax)
        {
            return true;
        }

        Leave(bytes, of);
        Interlocked.Increment(ref _dropped);
        of?.Flood.Refuse();
        return false;
    }

    private void Leave(int bytes, PeerLink? of)
    {
        Interlocked.Decrement(ref _packets);
        Interlocked.Add(ref _bytes, -bytes);
        of?.Flood.Leave();
    }

    private void Enqueue(in Item item)
    {
        _items.Enqueue(item);
        Signal();
    }

    /// <summary>One thing for the loop.</summary>
    internal readonly record struct Item(Kind Kind)
    {
        /// <summary>Where a datagram came from.</summary>
        public InternetEndpoint Source { get; init; }

        /// <summary>The peer of a plaintext or of traffic.</summary>
        public PeerLink? Link { get; init; }

        /// <summary>The session it came on.</summary>
        public TransportSession? Session { get; init; }

        /// <summary>Whether traffic was received rather than sent.</summary>
        public bool Received { get; init; }

        /// <summary>A pooled buffer with the bytes, or null.</summary>
        public byte[]? Buffer { get; init; }

        /// <summary>Bytes used of the buffer.</summary>
        public int Length { get; init; }

        /// <summary>Work to be done.</summary>
        public Action<ClockReading>? Work { get; init; }

        /// <summary>The bytes.</summary>
        public Span<byte> Bytes => Buffer.AsSpan(0, Length);
    }
}
