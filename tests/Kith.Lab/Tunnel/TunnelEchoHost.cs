using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kith.Lab.Harness;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Lab.Tunnel;

/// <summary>
/// A <see cref="TunnelMachine"/> with one peer on a real UDP socket. Inside the tunnel it is a host that answers pings and can send them itself.
/// </summary>
internal sealed class TunnelEchoHost : IDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly TunnelMachine _machine;
    private readonly HandshakeClock _clock = new(0);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private readonly byte[] _buffer = new byte[TunnelLimits.DatagramBytesMax];
    private readonly byte[] _outgoing = new byte[TunnelLimits.DatagramBytesMax];
    private readonly HashSet<(bool IsV4, ushort Sequence)> _replies = [];
    private InternetEndpoint _endpoint;
    private volatile bool _ended;

    private TunnelEchoHost(Socket socket, TunnelOptions options)
    {
        _socket = socket;
        byte[] key = RandomNumberGenerator.GetBytes(32);
        _machine = new TunnelMachine(key, new ReceiverIndexTable(), _clock, new SystemRandom(), options);
    }

    public Bytes32 PublicKey => _machine.PublicKey;

    public ushort Port => (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port;

    public TunnelPeer Peer { get; private set; } = null!;

    public int RequestsAnswered { get; private set; }

    public int CookiesSent { get; private set; }

    public List<TunnelEventKind> Events { get; } = [];

    public int RepliesReceived
    {
        get
        {
            lock (_gate)
            {
                return _replies.Count;
            }
        }
    }

    /// <summary>Opens the socket inside a lab host.</summary>
    public static async Task<TunnelEchoHost> CreateAsync(LabHost host, bool outsideV6, TunnelOptions? options = null)
    {
        Socket socket = await host.InvokeAsync(() =>
        {
            Socket made = new(outsideV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            made.Bind(new IPEndPoint(outsideV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
            return made;
        });
        return new TunnelEchoHost(socket, options ?? new TunnelOptions());
    }

    /// <summary>Makes the peer known and begins to work. The endpoint may be unknown until the peer speaks.</summary>
    public void Start(Bytes32 peerKey, byte[] presharedKey, InternetEndpoint endpoint)
    {
        Peer = _machine.AddPeer(peerKey, new PeerLink(1), presharedKey);
        _endpoint = endpoint;
        Thread thread = new(Run) { IsBackground = true, Name = "tunnel-echo" };
        thread.Start();
    }

    /// <summary>Sends one ping into the tunnel.</summary>
    public void Ping(InternetAddress source, InternetAddress destination, ushort sequence, int payloadBytes)
    {
        lock (_gate)
        {
            _machine.Send(Now(), Peer, EchoPacket.Request(source, destination, sequence, payloadBytes));
            Flush();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _socket.Dispose();
            _machine.Dispose();
        }
    }

    private ClockReading Now() => new(new Instant(_watch.Elapsed.Ticks + 1), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private void Run()
    {
        while (!_ended)
        {
            try
            {
                bool readable = _socket.Poll(s_longestWait, SelectMode.SelectRead);
                lock (_gate)
                {
                    if (_ended)
                    {
                        return;
                    }

                    if (readable)
                    {
                        Receive();
                    }

                    _machine.HandleTimeout(Now());
                    Flush();
                }
            }
            catch (SocketException)
            {
                // An ICMP error for something sent before the other side was up.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Receive()
    {
        EndPoint from = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int length = _socket.ReceiveFrom(_buffer, ref from);
        IPEndPoint sender = (IPEndPoint)from;
        InternetEndpoint source = new(InternetAddress.FromBytes(sender.Address.GetAddressBytes()), (ushort)sender.Port);
        TunnelVerdict verdict = _machine.HandleDatagram(Now(), source, _buffer.AsSpan(0, length), out TunnelPeer? peer, out _, out Span<byte> plaintext);
        _endpoint = peer is null ? _endpoint : source;
        if (verdict != TunnelVerdict.Plaintext || !EchoPacket.TryTake(plaintext, out int packetLength, out bool isReply, out ushort sequence))
        {
            return;
        }

        if (isReply)
        {
            _replies.Add((plaintext[0] >> 4 == 4, sequence));
            return;
        }

        RequestsAnswered++;
        _machine.Send(Now(), peer!, plaintext[..packetLength]);
    }

    private void Flush()
    {
        while (_machine.TryGetEvent(out TunnelEvent happened))
        {
            Events.Add(happened.Kind);
        }

        _clock.MarkPersisted(_clock.Ceiling);
        while (_machine.TryGetTransmit(_outgoing, out TunnelTransmit transmit))
        {
            CookiesSent += transmit.Type == TunnelMessageType.CookieReply ? 1 : 0;
            InternetEndpoint destination = transmit.Endpoint.IsNone ? _endpoint : transmit.Endpoint;
            if (!destination.IsNone)
            {
                _socket.SendTo(_outgoing.AsSpan(0, transmit.Length), new IPEndPoint(destination.Address.ToIPAddress(), destination.Port));
            }
        }
    }
}
