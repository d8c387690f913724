using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>
/// A further socket on a port of its own, known by a number that stands as the scope in the endpoints of all that passes it. Unlike the data sockets it may be
/// closed while others use it: they are then told that it is.
/// </summary>
internal sealed unsafe class ExtraSocket(uint number, DatagramSocket socket) : DatagramSocket
{
    private readonly Lock _lock = new();
    private bool _closed;

    /// <summary>Its number, never 0.</summary>
    public uint Number { get; } = number;

    /// <summary>The thread that receives from it, once data goes through it; before, <see cref="ExtraReceiver"/> does.</summary>
    public UdpPump? Pump { get; set; }

    /// <summary>The socket itself, for whoever waits for several at once.</summary>
    public DatagramSocket Inner => socket;

    public override ushort Port => socket.Port;

    public override bool IsV6 => socket.IsV6;

    public override OffloadStatus SendSegmentation => socket.SendSegmentation;

    public override OffloadStatus ReceiveCoalescing => socket.ReceiveCoalescing;

    /// <summary>Waiting is for <see cref="Pump"/> alone, which is ended before the socket is closed.</summary>
    public override int Receive(byte* buffer, bool mayWait, out int segmentBytes, out InternetEndpoint source)
    {
        int received;
        if (mayWait)
        {
            received = socket.Receive(buffer, mayWait, out segmentBytes, out source);
        }
        else
        {
            lock (_lock)
            {
                if (_closed)
                {
                    segmentBytes = 0;
                    source = default;
                    return Closed;
                }

                received = socket.Receive(buffer, mayWait, out segmentBytes, out source);
            }
        }

        source = source.Address.IsLinkLocalV6 ? source : source with { Scope = Number };
        return received;
    }

    public override bool Send(in InternetEndpoint destination, byte* datagram, int length, byte ttl = 0, bool dontFragment = false)
    {
        lock (_lock)
        {
            return !_closed && socket.Send(destination, datagram, length, ttl, dontFragment);
        }
    }

    public override int SendSegments(SendTarget target, byte* datagrams, int length, int segmentBytes, bool mayWait = true)
    {
        lock (_lock)
        {
            return _closed ? 0 : socket.SendSegments(target, datagrams, length, segmentBytes, mayWait);
        }
    }

    public override void AskForBuffers(int receiveBytes, int sendBytes) => socket.AskForBuffers(receiveBytes, sendBytes);

    public override void Wake() => socket.Wake();

    public override void Dispose()
    {
        socket.Wake();
        Pump?.Dispose();
        lock (_lock)
        {
            _closed = true;
            socket.Dispose();
        }
    }
}
