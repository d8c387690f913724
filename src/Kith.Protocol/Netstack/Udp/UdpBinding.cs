using Kith.Protocol.Netstack.Memory;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Udp;

/// <summary>
/// A local UDP port; made by <see cref="NetworkStack.BindUdp"/>. Received datagrams wait in a bounded queue, further ones are dropped. Same thread as its
/// stack.
/// </summary>
public sealed class UdpBinding
{
    /// <summary>How many received datagrams may wait.</summary>
    public const int DatagramsMax = 256;

    /// <summary>How many bytes they may take.</summary>
    public const int DatagramBytesMax = 512 * 1024;

    // Both addresses in 16 bytes and the remote port go in front of each datagram in the queue.
    private const int PrefixBytes = InternetAddress.V6Bytes + InternetAddress.V6Bytes + 2;

    private readonly NetworkStack _stack;
    private readonly PacketQueue _received = new(DatagramBytesMax, DatagramsMax);
    private byte[] _taken = [];
    private bool _tellDatagram;
    private bool _tellUnreachable;
    private InternetEndpoint _unreachable;
    private bool _isClosed;

    internal UdpBinding(NetworkStack stack, InternetAddress local, ushort port)
    {
        _stack = stack;
        Local = local;
        Port = port;
    }

    /// <summary>The local address, or none for all of the stack's.</summary>
    public InternetAddress Local { get; }

    /// <summary>The local port.</summary>
    public ushort Port { get; }

    /// <summary>Whatever the owner wants to find again.</summary>
    public object? Tag { get; set; }

    /// <summary>Datagrams that wait.</summary>
    public int Count => _received.Count;

    internal bool IsQueuedForEvents { get; set; }

    /// <summary>Sends a datagram.</summary>
    /// <param name="remote">Whereto.</param>
    /// <param name="data">The datagram, which with its headers must fit the MTU.</param>
    /// <param name="local">The local address to send from; none takes the binding's, or any of the family.</param>
    /// <returns>False when it is too long, the stack's queue is full, or the binding is closed.</returns>
    /// <exception cref="ArgumentException">There is no such local address of the remote's family.</exception>
    public bool SendTo(InternetEndpoint remote, ReadOnlySpan<byte> data, InternetAddress local = default) => !_isClosed && _stack.Send(this, local, remote, data);

    /// <summary>Takes the datagram that waits longest; false when none does. One that does not fit the buffer is cut.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="remote">Who sent it.</param>
    /// <param name="local">The local address it was sent to, from which to answer.</param>
    public bool TryReceive(Span<byte> buffer, out int length, out InternetEndpoint remote, out InternetAddress local)
    {
        length = 0;
        remote = default;
        local = default;
        int whole = _received.NextLength;
        if (whole == 0)
        {
            return false;
        }

        if (_taken.Length < whole)
        {
            _taken = new byte[Math.Max(2048, whole)];
        }

        _received.Dequeue(_taken);
        ReadOnlySpan<byte> taken = _taken.AsSpan(0, whole);
        local = InternetAddress.FromBytes(taken[..InternetAddress.V6Bytes]);
        InternetAddress address = InternetAddress.FromBytes(taken.Slice(InternetAddress.V6Bytes, InternetAddress.V6Bytes));
        remote = new InternetEndpoint(address, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(taken[(PrefixBytes - 2)..]));
        ReadOnlySpan<byte> data = taken[PrefixBytes..];
        length = Math.Min(data.Length, buffer.Length);
        data[..length].CopyTo(buffer);
        return true;
    }

    /// <summary>Gives the port back and forgets what waits. Doing it twice is harmless.</summary>
    public void Close()
    {
        _isClosed = true;
        _tellDatagram = false;
        _tellUnreachable = false;
        _received.Clear();
        _stack.Close(this);
    }

    internal bool Enqueue(InternetAddress local, InternetEndpoint remote, ReadOnlySpan<byte> data)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        local.WriteMappedTo(prefix);
        remote.Address.WriteMappedTo(prefix[InternetAddress.V6Bytes..]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(prefix[(PrefixBytes - 2)..], remote.Port);
        bool queued = _received.TryEnqueue(prefix, data);
        _tellDatagram |= queued;
        return queued;
    }

    internal void NoteUnreachable(InternetEndpoint remote)
    {
        _unreachable = remote;
        _tellUnreachable = true;
    }

    internal bool TryGetEvent(out StackEvent stackEvent)
    {
        StackEventKind kind = _tellDatagram ? StackEventKind.Datagram : _tellUnreachable ? StackEventKind.Unreachable : StackEventKind.None;
        stackEvent = new StackEvent { Kind = kind, Binding = this, Remote = kind == StackEventKind.Unreachable ? _unreachable : default };
        _tellUnreachable &= kind != StackEventKind.Unreachable;
        _tellDatagram = false;
        return kind != StackEventKind.None;
    }
}
