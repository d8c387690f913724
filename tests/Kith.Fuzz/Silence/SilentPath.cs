using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Kith.Tunnel.Threads;

namespace Kith.Fuzz.Silence;

/// <summary>
/// The receiving side of the packet path before the attacked node: what it does not understand goes to the node, as in the program. Anything that it takes for authentic counts as
/// accepted, anything it sends as an answer.
/// </summary>
internal sealed class SilentPath(SilenceWorld world, SilenceMeter meter) : ICoreInbox
{
    private readonly byte[] _copy = new byte[DatagramSocket.ReceiveBytesMax];

    /// <summary>Datagrams that the packet path dropped by itself, by reason.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes all datagrams of a source in, through one family's socket.</summary>
    public void Receive(bool isV6, SilentSocket.Source next)
    {
        SilentSocket socket = new(isV6, next);
        FastPathState state = new(new FastPathOptions { Clock = () => world.Now }, null, new LocalPorts(), this) { Snapshot = world.Victim.BuildSnapshot() };
        if (isV6)
        {
            state.SocketV6 = socket;
        }
        else
        {
            state.SocketV4 = socket;
        }

        using UdpPump pump = new(state, socket);
        pump.Start();
        pump.Join();
        meter.Answers += socket.Sent;
        Dropped += pump.Counters.Drops[(int)FastPathDrop.NotAuthentic] + pump.Counters.Drops[(int)FastPathDrop.Replayed];
        if (pump.Fault is { } fault)
        {
            throw new InvalidOperationException(fault);
        }
    }

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        Span<byte> copy = _copy.AsSpan(0, datagram.Length);
        datagram.CopyTo(copy);
        meter.Handle(source, copy);
    }

    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext) => meter.Accepted++;

    public void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        meter.Accepted++;
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }

    public void PostTunPacket(ReadOnlySpan<byte> packet) => meter.Accepted++;

    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received) => meter.Accepted++;
}
