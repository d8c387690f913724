using Kith.Protocol.Wire;
using Kith.Tunnel;
using Kith.Tunnel.Threads;

namespace Kith.Fuzz.Silence;

/// <summary>A socket of the packet path that receives what a test has in store, and counts what is sent.</summary>
internal sealed unsafe class SilentSocket(bool isV6, SilentSocket.Source next) : DatagramSocket
{
    private static readonly OffloadStatus s_none = new("none", false, "a test's socket");

    /// <summary>Gives the next datagram; false at the end.</summary>
    internal delegate bool Source(Span<byte> buffer, out int length, out InternetEndpoint source);

    /// <summary>Datagrams sent.</summary>
    public long Sent { get; private set; }

    public override ushort Port => 5484;

    public override bool IsV6 => isV6;

    public override OffloadStatus SendSegmentation => s_none;

    public override OffloadStatus ReceiveCoalescing => s_none;

    public override int Receive(byte* buffer, bool mayWait, out int segmentBytes, out InternetEndpoint source)
    {
        if (!next(new Span<byte>(buffer, ReceiveBytesMax), out segmentBytes, out source))
        {
            return mayWait ? Closed : 0;
        }

        return segmentBytes;
    }

    public override bool Send(in InternetEndpoint destination, byte* datagram, int length, byte ttl = 0, bool dontFragment = false)
    {
        Sent++;
        return true;
    }

    public override int SendSegments(SendTarget target, byte* datagrams, int length, int segmentBytes, bool mayWait = true)
    {
        Sent++;
        return 1;
    }

    public override void AskForBuffers(int receiveBytes, int sendBytes)
    {
    }

    public override void Wake()
    {
    }

    public override void Dispose()
    {
    }
}
