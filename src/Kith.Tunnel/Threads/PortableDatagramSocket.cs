using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>UDP through the runtime's sockets, one datagram a call: for systems other than Linux.</summary>
internal sealed unsafe class PortableDatagramSocket : DatagramSocket
{
    private static readonly OffloadStatus NoSegmentation = new("UDP_SEGMENT", false, "portable sockets");
    private static readonly OffloadStatus NoCoalescing = new("UDP_GRO", false, "portable sockets");

    private readonly Socket _socket;
    private readonly SocketAddress _receivedFrom;
    private readonly short _ttl;
    private volatile bool _closing;

    private PortableDatagramSocket(Socket socket, FastPathOptions options)
    {
        _socket = socket;
        AskForBuffers(options.ReceiveBufferBytes, options.SendBufferBytes);
        _ttl = socket.Ttl;
        TrySetDontFragment(false);
        _receivedFrom = new SocketAddress(socket.AddressFamily);
        Port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The runtime's socket.</summary>
    public Socket Socket => _socket;

    public override ushort Port { get; }

    public override bool IsV6 => _socket.AddressFamily == AddressFamily.InterNetworkV6;

    public override OffloadStatus SendSegmentation => NoSegmentation;

    public override OffloadStatus ReceiveCoalescing => NoCoalescing;

    /// <inheritdoc cref="LinuxDatagramSocket.TryBind"/>
    public static PortableDatagramSocket? TryBind(bool isV6, ushort port, FastPathOptions options)
    {
        if (isV6 ? !Socket.OSSupportsIPv6 : !Socket.OSSupportsIPv4)
        {
            return null;
        }

        Socket socket = new(isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (isV6)
            {
                socket.DualMode = false;
            }

            if (OperatingSystem.IsWindows())
            {
                // Otherwise a second program may take the same port, and a refusal by ICMP ends receiving.
                socket.ExclusiveAddressUse = true;
                const int sioUdpConnectionReset = unchecked((int)0x9800000C);
                _ = socket.IOControl(sioUdpConnectionReset, [0, 0, 0, 0], null);
            }

            socket.Bind(new IPEndPoint(isV6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            return new PortableDatagramSocket(socket, options);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            return exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => throw new PortInUseException(port),
                SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => null,
                _ => throw new IOException($"UDP port {port} could not be opened: {exception.Message}.", exception),
            };
        }
    }

    public override int Receive(byte* buffer, bool mayWait, out int segmentBytes, out InternetEndpoint source)
    {
        segmentBytes = 0;
        source = default;
        if (_closing)
        {
            return Closed;
        }

        if (!mayWait && _socket.Available == 0)
        {
            return 0;
        }

        try
        {
            _receivedFrom.Size = SocketAddress.GetMaximumAddressSize(_socket.AddressFamily);
            segmentBytes = _socket.ReceiveFrom(new Span<byte>(buffer, ReceiveBytesMax), SocketFlags.None, _receivedFrom);
            source = ToEndpoint(_receivedFrom);
            return segmentBytes;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return _closing ? Closed : 0;
        }
    }

    public override bool Send(in InternetEndpoint destination, byte* datagram, int length, byte ttl = 0, bool dontFragment = false)
    {
        try
        {
            // Both are the whole socket's here; what other threads send meanwhile goes the same way.
            if (ttl != 0)
            {
                _socket.Ttl = ttl;
            }

            if (dontFragment)
            {
                TrySetDontFragment(true);
            }

            bool sent = SendPlain(destination, datagram, length);
            if (ttl != 0)
            {
                _socket.Ttl = _ttl;
            }

            if (dontFragment)
            {
                TrySetDontFragment(false);
            }

            return sent;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public override int SendSegments(SendTarget target, byte* datagrams, int length, int segmentBytes, bool mayWait = true)
    {
        int calls = 0;
        for (int offset = 0; offset < length; offset += segmentBytes)
        {
            calls += SendPlain(target.Endpoint, datagrams + offset, Math.Min(segmentBytes, length - offset)) ? 1 : 0;
        }

        return calls;
    }

    public override void AskForBuffers(int receiveBytes, int sendBytes)
    {
        _socket.ReceiveBufferSize = receiveBytes;
        _socket.SendBufferSize = sendBytes;
    }

    public override void Wake()
    {
        // Closing is what ends a blocked receive on every system.
        _closing = true;
        _socket.Dispose();
    }

    public override void Dispose() => Wake();

    private bool SendPlain(in InternetEndpoint destination, byte* datagram, int length)
    {
        try
        {
            IPAddress address = destination.Address.ToIPAddress();
            if (destination.Address.IsLinkLocalV6)
            {
                address.ScopeId = destination.Scope;
            }

            return _socket.SendTo(new ReadOnlySpan<byte>(datagram, length), SocketFlags.None, new IPEndPoint(address, destination.Port)) == length;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    // Routers never fragment IPv6, so what it lacks there is our own interface's limit alone.
    private void TrySetDontFragment(bool value)
    {
        if (!IsV6)
        {
            _socket.DontFragment = value;
        }
    }

    private static InternetEndpoint ToEndpoint(SocketAddress from)
    {
        IPEndPoint point = (IPEndPoint)(from.Family == AddressFamily.InterNetworkV6
            ? new IPEndPoint(IPAddress.IPv6Any, 0)
            : new IPEndPoint(IPAddress.Any, 0)).Create(from);
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        _ = point.Address.TryWriteBytes(bytes, out int written);
        InternetAddress address = InternetAddress.FromBytes(bytes[..written]);
        return new InternetEndpoint(address, (ushort)point.Port, address.IsLinkLocalV6 ? (uint)point.Address.ScopeId : 0);
    }
}
