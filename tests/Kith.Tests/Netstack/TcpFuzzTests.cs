using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Random segments against every state never throw, never make anything grow, and never wedge the stack.</summary>
public sealed class TcpFuzzTests
{
    private const int SegmentsPerRun = 400;

    private static readonly NetworkStackOptions s_options = new()
    {
        ConnectionsMax = 8,
        HalfOpenMax = 4,
        TimeWaitMax = 4,
        BufferedBytesMax = 1 << 20,
        ReceiveBufferBytesMax = 200_000,
        SendBufferBytesMax = 100_000,
    };

    [Theory]
    [InlineData(TcpState.Closed)]
    [InlineData(TcpState.SynSent)]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinishWait1)]
    [InlineData(TcpState.FinishWait2)]
    [InlineData(TcpState.CloseWait)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAcknowledge)]
    [InlineData(TcpState.TimeWait)]
    public void random_segments_against_any_state_never_throw_nor_grow(TcpState state)
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            try
            {
                Run(state, seed);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Assert.Fail($"state {state}, seed {seed}: {exception}");
            }
        }
    }

    private static void Run(TcpState state, ulong seed)
    {
        TestRandom random = new(seed);
        bool options = random.NextBelow(3) != 0;
        RawPeer peer = new(s_options with { LargeSegments = random.NextBelow(2) == 0, Nagle = random.NextBelow(4) == 0 }, sack: options, timestamps: options, seed);
        TcpConnection? connection = Reach(peer, state);
        byte[] data = new byte[5000];
        for (int i = 0; i < SegmentsPerRun; i++)
        {
            Send(peer, random, data);
            switch (random.NextBelow(12))
            {
                case 0:
                    peer.Run(random.NextBelow(3000));
                    break;
                case 1:
                    connection?.Send(peer.Now, data.AsSpan(0, random.NextBelow(data.Length)));
                    break;
                case 2:
                    connection?.Receive(peer.Now, data.AsSpan(0, random.NextBelow(data.Length)));
                    break;
                case 3 when random.NextBelow(50) == 0:
                    connection?.Finish(peer.Now);
                    break;
                case 4 when random.NextBelow(200) == 0:
                    connection?.Abort(peer.Now);
                    break;
                default:
                    break;
            }

            peer.Flush();
            peer.Sent.Clear();
            Assert.InRange(peer.Stack.ConnectionCount, 0, s_options.ConnectionsMax);
            Assert.InRange(peer.Stack.TimeWait.Count, 0, s_options.TimeWaitMax);
            Assert.InRange(peer.Stack.BufferedBytes, 0, s_options.BufferedBytesMax);
            Assert.InRange(peer.Events.Count, 0, (4 * i) + 20);
        }

        // Whatever happened, silence ends what waits for the peer, and an abort ends the rest.
        connection?.Abort(peer.Now);
        peer.Run(TimeSpan.FromMinutes(10));
        peer.Events.ForEach(told => told.Connection?.Abort(peer.Now));
        peer.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(0, peer.Stack.ConnectionCount);
        Assert.Equal(0, peer.Stack.BufferedBytes);
        Assert.Equal(0, peer.Stack.TimeWait.Count);
        Assert.Equal(Instant.Never, peer.Stack.NextTimeout);
    }

    private static void Send(RawPeer peer, TestRandom random, byte[] data)
    {
        TcpOptions options = new()
        {
            HasTimestamps = random.NextBelow(5) != 0,
            TimestampValue = (uint)(peer.Now.Ticks / 10000) + 1000 - (random.NextBelow(10) == 0 ? random.NextUInt32() : 0),
            TimestampEcho = random.NextUInt32() >> random.NextBelow(32),
            MaximumSegmentSize = random.NextBelow(10) == 0 ? (ushort)random.NextUInt32() : (ushort)0,
            HasWindowScale = random.NextBelow(20) == 0,
            WindowScale = (byte)random.NextBelow(15),
        };
        for (int blocks = random.NextBelow(4); blocks > 0 && options.EncodedBytes <= 28; blocks--)
        {
            uint start = peer.StackFirst + (uint)random.NextBelow(20_000) - 1000;
            options.AddBlock(new SackBlock(start, start + (uint)random.NextBelow(5000)));
        }

        TcpFlags flags = random.NextBelow(4) == 0 ? (TcpFlags)random.NextBelow(64) : TcpFlags.Acknowledge;
        uint sequence = RawPeer.PeerStart + (random.NextBelow(4) == 0 ? random.NextUInt32() : (uint)(random.NextBelow(70_000) - 2000));
        uint acknowledgment = peer.StackFirst + (random.NextBelow(4) == 0 ? random.NextUInt32() : (uint)(random.NextBelow(30_000) - 2000));
        ConnectionKey key = new(RawPeer.Peer, RawPeer.Local, (ushort)(RawPeer.PeerPort + (random.NextBelow(10) == 0 ? random.NextBelow(20) : 0)), RawPeer.Port);
        peer.Raw(key, sequence, acknowledgment, flags, (ushort)(random.NextUInt32() >> random.NextBelow(32)), options, data.AsSpan(0, random.NextBelow(3) == 0 ? random.NextBelow(1400) : 0));
    }

    private static TcpConnection? Reach(RawPeer peer, TcpState state)
    {
        if (state is TcpState.Closed or TcpState.SynReceived)
        {
            peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
            if (state == TcpState.SynReceived)
            {
                peer.Syn();
                peer.StackFirst = peer.Take()[0].Sequence + 1;
            }

            return null;
        }

        if (state == TcpState.SynSent)
        {
            TcpConnection connecting = peer.Stack.Connect(peer.Now, InternetAddress.None, new InternetEndpoint(RawPeer.Peer, RawPeer.PeerPort), RawPeer.Port);
            peer.StackFirst = peer.Take()[0].Sequence + 1;
            return connecting;
        }

        TcpConnection connection = peer.Open();
        if (state is TcpState.CloseWait or TcpState.LastAcknowledge)
        {
            peer.Send(TcpFlags.Acknowledge | TcpFlags.Fin, 0, 0);
        }

        if (state is not (TcpState.Established or TcpState.CloseWait))
        {
            connection.Finish(peer.Now);
            peer.Flush();
        }

        if (state is TcpState.FinishWait2 or TcpState.TimeWait)
        {
            peer.Send(TcpFlags.Acknowledge, 0, 1);
        }

        if (state is TcpState.Closing)
        {
            peer.Send(TcpFlags.Acknowledge | TcpFlags.Fin, 0, 0);
        }

        if (state is TcpState.TimeWait)
        {
            peer.Send(TcpFlags.Acknowledge | TcpFlags.Fin, 0, 1);
            Assert.Equal(1, peer.Stack.TimeWait.Count);
        }
        else
        {
            Assert.Equal(state, connection.State);
        }

        return connection;
    }
}
