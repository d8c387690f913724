using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Threads;

namespace Kith.Tunnel;

/// <summary>
/// Moves packets between the TUN device and the peers on threads of its own: one that reads the device, one for each socket. Sessions,
/// routes and endpoints come as snapshots from the core, through <see cref="Publish"/> and <see cref="PeerLink"/>; what is not
/// transport data goes to the core's inbox. All members are thread-safe.
/// </summary>
public sealed unsafe class FastPath : IDisposable
{
    /// <summary>Most extra sockets at once, counted by their numbers.</summary>
    public const int ExtraSocketsMax = ExtraSockets.CountMax;

    private const int PortAttemptsMax = 16;

    private readonly FastPathState _state;
    private readonly TunPump? _tunPump;
    private readonly StackSender _stackSender;
    private readonly List<UdpPump> _udpPumps = [];
    private readonly List<FastPathThread> _threads = [];
    private readonly Lock _lock = new();
    private readonly Lock _closeLock = new();
    private bool _started;
    private bool _closed;
    private bool _disposed;

    /// <summary>Opens the sockets. Nothing moves before <see cref="Start"/>.</summary>
    /// <param name="options">Port, buffers, offloads, clock.</param>
    /// <param name="tun">The device, which from now on belongs to this object; null to run without one.</param>
    /// <param name="localPorts">The ports of the user-space stack.</param>
    /// <param name="inbox">Where everything goes that is the core's.</param>
    /// <exception cref="PortInUseException">Another program has the port in one of the families.</exception>
    /// <exception cref="IOException">The machine gives no UDP socket at all.</exception>
    public FastPath(FastPathOptions options, TunDevice? tun, LocalPorts localPorts, ICoreInbox inbox)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(localPorts);
        ArgumentNullException.ThrowIfNull(inbox);
        _state = new FastPathState(options, tun, localPorts, inbox);
        _stackSender = new StackSender(_state);
        BindSockets(options);
        foreach (DatagramSocket? socket in (DatagramSocket?[])[_state.SocketV4, _state.SocketV6])
        {
            if (socket is not null)
            {
                Port = socket.Port;
                _udpPumps.Add(new UdpPump(_state, socket));
            }
        }

        if (tun is not null)
        {
            tun.PrepareSegments(TunPump.SegmentsMax(tun.Mtu));
            _tunPump = new TunPump(_state, tun);
            _threads.Add(_tunPump);
        }

        _threads.AddRange(_udpPumps);
    }

    /// <summary>The UDP port, the same for both families.</summary>
    public ushort Port { get; }

    /// <summary>Where things stand; counters are read while they move.</summary>
    public FastPathReport Report => FastPathReportBuilder.Build(_state, _tunPump, _udpPumps, _stackSender.Counters);

    /// <summary>Whether the TUN device has gone though nobody disposed this object: somebody deleted the interface.</summary>
    public bool IsTunLost => _tunPump is { HasEnded: true } && !_state.IsStopping;

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_started)
            {
                _started = true;
                _threads.ForEach(static thread => thread.Start());
            }
        }
    }

    /// <summary>
    /// Replaces the tables; packets that are being dealt with may still see the ones before. What the threads remember of keys is overwritten, so that nothing
    /// of a session that has ended is left in memory.
    /// </summary>
    public void Publish(TunnelSnapshot snapshot)
    {
        _state.Snapshot = snapshot;
        lock (_lock)
        {
            if (!_disposed)
            {
                _threads.ForEach(static thread => thread.ForgetKeys());
                _state.Extra.ForgetKeys();
            }
        }

        lock (_closeLock)
        {
            if (!_closed)
            {
                _stackSender.ForgetKeys();
            }
        }
    }

    /// <summary>
    /// Sends one datagram as it is, without waiting. A scope that is not zero names an extra socket unless the address is link-local; it is opened on an unused
    /// port with the first datagram through it. False if the family is missing, <see cref="ExtraSocketsMax"/> are open, the buffer is full, the system refuses, or
    /// this object is disposed.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="datagram">The datagram.</param>
    /// <param name="ttl">Its time to live or hop limit; 0 for the system's own.</param>
    /// <param name="dontFragment">Whether it is to be lost rather than fragmented, so that its arrival proves what size the path carries.</param>
    public bool Send(in InternetEndpoint destination, ReadOnlySpan<byte> datagram, byte ttl = 0, bool dontFragment = false)
    {
        fixed (byte* bytes = datagram)
        {
            // A descriptor that has been closed may already be somebody else's file.
            lock (_closeLock)
            {
                if (_closed)
                {
                    return false;
                }

                DatagramSocket? socket = ExtraSockets.IsExtra(destination)
                    ? _state.Extra.FindOrOpen(destination)
                    : destination.Address.IsV4 ? _state.SocketV4 : _state.SocketV6;
                return socket is not null && socket.Send(destination, bytes, datagram.Length, ttl, dontFragment);
            }
        }
    }

    /// <summary>The most packets that one large segment given to <see cref="TrySendStackPacket"/> should stand for.</summary>
    public const int StackSegmentsMax = StackSender.SegmentsMax;

    /// <summary>
    /// Takes one packet of the user-space stack, single or a large segment: it is cut where it is sealed and sent with as few calls as can be, together with small
    /// ones before it. False while the socket has no room; then it was not taken. What has no session or no way goes to the core's inbox as
    /// <see cref="ICoreInbox.PostTunPacket"/>. Only the core's loop calls this and <see cref="TryFlushStack"/>, which must follow the last packet.
    /// </summary>
    public bool TrySendStackPacket(PeerLink link, ReadOnlySpan<byte> bytes, in StackPacket packet)
    {
        lock (_closeLock)
        {
            return _closed || _stackSender.TrySend(link, bytes, packet);
        }
    }

    /// <summary>Sends what <see cref="TrySendStackPacket"/> still holds; false while the socket has no room for it.</summary>
    public bool TryFlushStack()
    {
        lock (_closeLock)
        {
            return _closed || _stackSender.TryFlush();
        }
    }

    /// <summary>Closes the extra socket of a number, if it is open; what is sent through it afterwards opens another.</summary>
    public void CloseSocket(uint number) => _state.Extra.Close(number);

    /// <summary>Gives one IP packet with complete checksums to the TUN device. False if there is none or it refuses.</summary>
    public bool SendTun(ReadOnlySpan<byte> packet)
    {
        lock (_closeLock)
        {
            return !_closed && _state.Tun is { } tun && tun.WritePacket(packet);
        }
    }

    /// <summary>Ends the threads, closes the sockets and removes the TUN device. Waits until all have ended; nothing is posted afterwards.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _state.IsStopping = true;
            _state.Tun?.Wake();
            _state.SocketV4?.Wake();
            _state.SocketV6?.Wake();
            _threads.ForEach(static thread => thread.Dispose());
            _state.Extra.Dispose();
            lock (_closeLock)
            {
                _closed = true;
                _stackSender.Dispose();
                _state.SocketV4?.Dispose();
                _state.SocketV6?.Dispose();
                _state.Tun?.Dispose();
            }
        }
    }

    private void BindSockets(FastPathOptions options)
    {
        // A port the system chose for one family may be taken in the other; then it chooses again.
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _state.SocketV4 = options.UseIPv4 ? DatagramSocket.TryOpen(false, options.Port, options) : null;
                _state.SocketV6 = options.UseIPv6 ? DatagramSocket.TryOpen(true, _state.SocketV4?.Port ?? options.Port, options) : null;
                break;
            }
            catch (PortInUseException)
            {
                _state.SocketV4?.Dispose();
                _state.SocketV4 = null;
                if (options.Port != 0 || attempt == PortAttemptsMax)
                {
                    throw;
                }
            }
            catch
            {
                _state.SocketV4?.Dispose();
                throw;
            }
        }

        if (_state.SocketV4 is null && _state.SocketV6 is null)
        {
            throw new IOException("This machine has neither IPv4 nor IPv6.");
        }
    }
}
