using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>
/// One stack and a peer played by hand: the test writes each segment itself and sees each answer. The peer's stream starts at
/// <see cref="PeerStart"/>; sequence numbers given here are relative to both streams' first data byte.
/// </summary>
internal sealed class RawPeer
{
    public const uint PeerStart = 0xFFFF_FF00;
    public const ushort Port = 80;
    public const ushort PeerPort = 5000;

    /// <summary>How long the peer takes to answer the handshake.</summary>
    public const int RoundTripMilliseconds = 20;

    private readonly byte[] _buffer = new byte[StackPacket.LengthMax];
    private readonly byte[] _piece = new byte[StackPacket.LengthMax];
    private uint _timestampEcho;

    public RawPeer(NetworkStackOptions? options = null, bool sack = true, bool timestamps = true, ulong seed = 7)
    {
        Sack = sack;
        Timestamps = timestamps;
        Stack = new NetworkStack(options ?? new NetworkStackOptions(), new TestRandom(seed), Ports);
        Stack.AddAddress(Local);
    }

    public static InternetAddress Local { get; } = StackPair.Parse("fd00::1");

    public static InternetAddress Peer { get; } = StackPair.Parse("fd00::9");

    public NetworkStack Stack { get; }

    public LocalPorts Ports { get; } = new();

    public bool Sack { get; }

    public bool Timestamps { get; }

    public Instant Now { get; private set; } = new(TimeSpan.FromHours(2).Ticks);

    /// <summary>What the peer's clock says; goes with the stack's unless a test turns it.</summary>
    public int ClockOffset { get; set; } = 1000;

    public List<Seen> Sent { get; } = [];

    public List<StackEvent> Events { get; } = [];

    public TcpConnection Connection { get; private set; } = null!;

    /// <summary>The number of the stack's first data byte.</summary>
    public uint StackFirst { get; set; }

    /// <summary>Does the handshake as a client of a listener on <see cref="Port"/>.</summary>
    public TcpConnection Open(int window = 65535, int segmentBytes = 1220, int scale = 0)
    {
        Stack.Listen(InternetAddress.None, Port, 8);
        Syn(window, segmentBytes, scale);
        Seen answer = Assert.Single(Take());
        StackFirst = answer.Sequence + 1;
        Run(RoundTripMilliseconds);
        Send(TcpFlags.Acknowledge, 0, 0, window >> scale);
        Connection = Assert.Single(Events, e => e.Kind == StackEventKind.Accepted).Connection!;
        Sent.Clear();
        return Connection;
    }

    public void Syn(int window = 65535, int segmentBytes = 1220, int scale = 0, ushort port = PeerPort, uint start = PeerStart, ushort to = Port)
    {
        TcpOptions options = new()
        {
            MaximumSegmentSize = (ushort)segmentBytes,
            SackPermitted = Sack,
            HasWindowScale = true,
            WindowScale = (byte)scale,
            HasTimestamps = Timestamps,
            TimestampValue = Clock,
        };
        Raw(new ConnectionKey(Peer, Local, port, to), start - 1, 0, TcpFlags.Syn, (ushort)window, options, default);
    }

    /// <summary>Sends a segment of the open connection.</summary>
    public void Send(TcpFlags flags, long sequence, long acknowledgment, int window = 65535, ReadOnlySpan<byte> payload = default, params (long Start, long End)[] sacks)
    {
        TcpOptions options = new() { HasTimestamps = Timestamps, TimestampValue = Clock, TimestampEcho = _timestampEcho };
        foreach ((long start, long end) in sacks)
        {
            options.AddBlock(new SackBlock(StackFirst + (uint)start, StackFirst + (uint)end));
        }

        Raw(new ConnectionKey(Peer, Local, PeerPort, Port), PeerStart + (uint)sequence, StackFirst + (uint)acknowledgment, flags, (ushort)window, options, payload);
    }

    public bool Raw(in ConnectionKey key, uint sequence, uint acknowledgment, TcpFlags flags, ushort window, in TcpOptions options, ReadOnlySpan<byte> payload)
    {
        byte[] packet = new byte[2000 + payload.Length];
        int headers = TcpWriter.WriteHeaders(packet, key, sequence, acknowledgment, flags, window, options, payload.Length);
        payload.CopyTo(packet.AsSpan(headers));
        TcpWriter.Finish(packet.AsSpan(0, headers + payload.Length), partial: false);
        bool known = Stack.HandlePacket(Now, packet.AsSpan(0, headers + payload.Length));
        Flush();
        return known;
    }

    /// <summary>The stack's packets since the last time.</summary>
    public List<Seen> Take()
    {
        Flush();
        List<Seen> taken = [.. Sent];
        Sent.Clear();
        return taken;
    }

    public void Flush()
    {
        while (Stack.TryGetPacket(Now, _buffer, out StackPacket packet))
        {
            for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
            {
                int length = LargeSegment.WritePiece(_buffer.AsSpan(0, packet.Length), packet, i, _piece);
                if (Seen.Parse(Now, _piece.AsSpan(0, length)) is { } seen)
                {
                    Sent.Add(seen);
                    _timestampEcho = seen.Options.TimestampValue;
                }
            }
        }

        while (Stack.TryGetEvent(out StackEvent stackEvent))
        {
            Events.Add(stackEvent);
        }
    }

    /// <summary>Lets time pass, with every deadline met exactly.</summary>
    public void Run(TimeSpan duration)
    {
        Instant end = Now + duration;
        Flush();
        while (Stack.NextTimeout <= end)
        {
            Now = Instant.Max(Now, Stack.NextTimeout);
            Stack.HandleTimeout(Now);
            Flush();
        }

        Now = end;
    }

    public void Run(int milliseconds) => Run(TimeSpan.FromMilliseconds(milliseconds));

    private uint Clock => (uint)((Now.Ticks / TimeSpan.TicksPerMillisecond) + ClockOffset);
}
