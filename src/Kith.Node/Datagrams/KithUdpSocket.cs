using System.Threading.Channels;
using Kith.Node.Control;
using Kith.Node.Datagrams;
using Kith.Protocol.Core;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <summary>
/// Datagrams with members: UDP inside the tunnel, so the sender of each is known by its key. As everywhere, datagrams may get lost, overtake each other, or be dropped
/// where nobody reads them in time; <see cref="Dropped"/> counts those. All members are thread-safe.
/// </summary>
public sealed class KithUdpSocket : IAsyncDisposable
{
    /// <summary>Datagrams that wait to be received, and to be sent, at most. A further received one is dropped; a further one to be sent waits.</summary>
    public const int DatagramsMax = 256;

    /// <summary>The longest datagram in bytes: what fits a tunnel packet of the default size with the headers of IPv6 and UDP.</summary>
    public const int DatagramBytesMax = Protocol.Tunnel.PeerLink.DefaultMtuBytes - 40 - 8;

    private readonly KithNode _node;
    private readonly UdpBinding _binding;
    private readonly Action<ClockReading> _receive;
    private readonly Action<ClockReading> _send;
    private readonly Channel<PendingDatagram> _received = Channel.CreateBounded<PendingDatagram>(new BoundedChannelOptions(DatagramsMax) { SingleWriter = true });
    private readonly Channel<PendingDatagram> _toSend = Channel.CreateBounded<PendingDatagram>(new BoundedChannelOptions(DatagramsMax) { SingleReader = true });
    private readonly byte[] _buffer = new byte[NetworkStackOptions.MtuMin + DatagramBytesMax];
    private KithPeer? _lastPeer;
    private InternetEndpoint _lastSource;
    private int _lastVersion;
    private int _isSendDue;
    private bool _isReceiveDue;
    private long _dropped;

    /// <summary>Binds the port; on the loop.</summary>
    internal KithUdpSocket(KithNode node, NodeCore core, ushort port)
    {
        _node = node;
        _receive = _ => Receive();
        _send = Send;
        _binding = core.BindUdp(port, new Ear(this));
    }

    /// <summary>The port on this device's virtual addresses, in all its networks.</summary>
    public int Port => _binding.Port;

    /// <summary>Received datagrams that were dropped because nobody took them in time, or because no member had sent them.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Waits for a datagram.</summary>
    /// <param name="buffer">Where it goes; <see cref="DatagramBytesMax"/> bytes hold every datagram of a <see cref="KithUdpSocket"/>.</param>
    /// <param name="cancellationToken">Stops waiting; no datagram is lost by it.</param>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="ControlException"><see cref="ControlError.NodeNotRunning"/>: the node was stopped.</exception>
    public async ValueTask<KithDatagram> ReceiveFromAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            PendingDatagram datagram = await _received.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            int bytes = Math.Min(buffer.Length, datagram.Bytes.Length);
            datagram.Bytes[..bytes].CopyTo(buffer.Span);
            datagram.Release();
            return new KithDatagram(bytes, datagram.Peer);
        }
        catch (ChannelClosedException closed)
        {
            throw Closed(closed);
        }
    }

    /// <summary>Sends a datagram to whoever sent one, or was found with <see cref="FindAsync"/>. Returns when it is on its way; waits while too many are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is longer than <see cref="DatagramBytesMax"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="ControlException"><see cref="ControlError.NodeNotRunning"/>: the node was stopped.</exception>
    public async ValueTask SendToAsync(ReadOnlyMemory<byte> datagram, KithPeer peer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(datagram.Length, DatagramBytesMax, nameof(datagram));
        cancellationToken.ThrowIfCancellationRequested();
        PendingDatagram pending = new(datagram.Span, peer);
        try
        {
            await _toSend.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            pending.Release();
            throw failure is ChannelClosedException closed ? Closed(closed) : failure;
        }

        if (Interlocked.Exchange(ref _isSendDue, 1) == 0)
        {
            _node.PostWork(_send);
        }
    }

    /// <summary>Sends a datagram to a port of a device, found by name each time; see <see cref="FindAsync"/>.</summary>
    /// <exception cref="ControlException">There is no such device, or the node was stopped.</exception>
    public async ValueTask SendToAsync(ReadOnlyMemory<byte> datagram, string device, int port, CancellationToken cancellationToken = default) =>
        await SendToAsync(datagram, await FindAsync(device, port, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Finds a device to send to, by its name (<c>nas</c>, <c>nas.home</c>, <c>nas.home.kith</c>), its node id or a virtual address.</summary>
    /// <exception cref="ControlException">There is no such device, or the node was stopped.</exception>
    public ValueTask<KithPeer> FindAsync(string device, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return _node.FindPeerAsync(device, port, cancellationToken);
    }

    /// <summary>Gives the port back. What was not sent or received yet is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        Complete(null);
        await _node.CloseAsync(this).ConfigureAwait(false);
    }

    /// <summary>Closes it; on the loop, or after its end.</summary>
    internal void Close(ControlException? failure)
    {
        Complete(failure);
        _binding.Close();
        while (_received.Reader.TryRead(out PendingDatagram left) || _toSend.Reader.TryRead(out left))
        {
            left.Release();
        }
    }

    private static Exception Closed(ChannelClosedException closed) => closed.InnerException is ControlException failure
        ? new ControlException(failure.Error, failure.Message, failure.Advice)
        : new ObjectDisposedException(nameof(KithUdpSocket));

    private void Complete(Exception? failure)
    {
        _received.Writer.TryComplete(failure);
        _toSend.Writer.TryComplete(failure);
    }

    // On the loop.
    private void Receive()
    {
        _isReceiveDue = false;
        while (_binding.TryReceive(_buffer, out int length, out InternetEndpoint source, out _))
        {
            if (PeerAt(source) is not { } peer)
            {
                Interlocked.Increment(ref _dropped);
                continue;
            }

            PendingDatagram datagram = new(_buffer.AsSpan(0, length), peer);
            if (!_received.Writer.TryWrite(datagram))
            {
                datagram.Release();
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    // On the loop.
    private void Send(ClockReading now)
    {
        Volatile.Write(ref _isSendDue, 0);
        Interlocked.MemoryBarrier();
        while (_toSend.Reader.TryRead(out PendingDatagram datagram))
        {
            KithPeer peer = datagram.Peer;
            InternetEndpoint remote = new(InternetAddress.FromBytes(peer.Address.Address.GetAddressBytes()), (ushort)peer.Address.Port);
            if (_node.Core.TryFindMember(remote.Address, out ApplicationPlace place) && place.Id == peer.Id)
            {
                _binding.SendTo(remote, datagram.Bytes, place.Local);
            }

            datagram.Release();
        }

        _node.Core.HandleApplications(now);
    }

    // Mostly one peer speaks often; whoever was renamed or removed since is looked up anew.
    private KithPeer? PeerAt(InternetEndpoint source)
    {
        int version = _node.Core.SnapshotVersion;
        if (_lastPeer is null || _lastSource != source || _lastVersion != version)
        {
            _lastPeer = _node.Core.TryFindMember(source.Address, out ApplicationPlace place) ? KithNode.PeerAt(place, source) : null;
            _lastSource = source;
            _lastVersion = version;
        }

        return _lastPeer;
    }
    // The stack's view of this, which is nobody else's.
    private sealed class Ear(KithUdpSocket socket) : IStackOwner
    {
        public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
        {
            if (stackEvent.Kind == StackEventKind.Datagram && !socket._isReceiveDue)
            {
                socket._isReceiveDue = true;
                socket._node.PostWork(socket._receive);
            }
        }
    }
}
