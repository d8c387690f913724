using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Lab.Netstack;

/// <summary>The stack against the Linux kernel's TCP, in both roles and families. Needs root and /dev/net/tun.</summary>
public sealed class KernelTests(ITestOutputHelper output)
{
    private const ushort Port = 5201;
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void one_gigabyte_each_way_arrives_equal(bool stackConnects, bool v4) =>
        Transfer(new KernelRig(large: true), stackConnects, v4, 1_000_000_000);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void hundred_megabytes_arrive_equal_in_packets_of_one_mtu(bool stackConnects, bool v4) =>
        Transfer(new KernelRig(large: false), stackConnects, v4, 100_000_000);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void hundred_megabytes_arrive_equal_with_two_percent_loss(bool stackConnects, bool v4) =>
        Transfer(new KernelRig(large: false, new LinkTrouble { Loss = 0.02 }), stackConnects, v4, 100_000_000);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void hundred_megabytes_arrive_equal_with_reordering(bool stackConnects, bool v4) =>
        Transfer(new KernelRig(large: false, new LinkTrouble { Reordering = 0.05 }), stackConnects, v4, 100_000_000);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void hundred_megabytes_arrive_equal_across_a_blackout_of_five_seconds(bool stackConnects, bool v4) =>
        Transfer(
            new KernelRig(large: false, new LinkTrouble { BlackoutStart = TimeSpan.FromMilliseconds(50), Blackout = TimeSpan.FromSeconds(5) }),
            stackConnects,
            v4,
            100_000_000);

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public void half_closed_streams_still_carry_the_other_direction(bool stackConnects, bool stackFinishesLast, bool v4) =>
        Transfer(new KernelRig(large: true), stackConnects, v4, 20_000_000, finishesLast: stackFinishesLast ? 1 : 2);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void thousand_short_connections_are_all_answered(bool stackConnects, bool v4)
    {
        const int Count = 1000;
        using KernelRig rig = new(large: true);
        int closed = 0;
        rig.OnEvent = stackEvent =>
        {
            TcpConnection? connection = stackEvent.Connection;
            Span<byte> buffer = stackalloc byte[64];
            switch (stackEvent.Kind)
            {
                case StackEventKind.Connected:
                    connection!.Send(rig.Now, "question"u8);
                    break;
                case StackEventKind.Readable:
                    int count = connection!.Receive(rig.Now, buffer);
                    if (stackConnects)
                    {
                        Assert.True(buffer[..count].SequenceEqual("answer"u8));
                    }
                    else if (buffer[..count].SequenceEqual("question"u8))
                    {
                        connection.Send(rig.Now, "answer"u8);
                    }

                    connection.Finish(rig.Now);
                    break;
                case StackEventKind.Closed:
                    closed += stackEvent.Reason == CloseReason.Finished ? 1 : 0;
                    break;
                default:
                    break;
            }
        };
        long start = Stopwatch.GetTimestamp();
        if (stackConnects)
        {
            using Socket listener = Listen(rig, v4);
            for (int i = 0; i < Count; i++)
            {
                Connect(rig, v4);
                using Socket socket = listener.Accept();
                Ask(socket, "answer"u8, "question"u8);
            }
        }
        else
        {
            rig.Do(() => rig.Stack.Listen(InternetAddress.None, Port, 128));
            for (int i = 0; i < Count; i++)
            {
                using Socket socket = rig.KernelSocket(v4);
                socket.Connect(IPAddress.Parse(v4 ? KernelRig.StackV4 : KernelRig.StackV6), Port);
                Ask(socket, "question"u8, "answer"u8);
            }
        }

        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"{Count / taken:F0} connections/s");
        WaitUntil(rig, () => closed == Count);
        Assert.Equal(0, rig.Do(() => rig.Stack.ConnectionCount));
        Assert.Equal(0, rig.Do(() => rig.Stack.BufferedBytes));
    }

    [Fact]
    public void kernel_and_stack_open_one_connection_simultaneously()
    {
        using KernelRig rig = new(large: false, new LinkTrouble { Reordering = 1, HoldMilliseconds = 100 });
        using Socket socket = rig.KernelSocket(v4: true);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        rig.Do<object?>(() =>
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(KernelRig.KernelV4), Port));
            return null;
        });
        bool connected = false;
        rig.OnEvent = stackEvent => connected |= stackEvent.Kind == StackEventKind.Connected;
        Thread kernel = new(() => socket.Connect(IPAddress.Parse(KernelRig.StackV4), Port + 1)) { IsBackground = true };
        kernel.Start();
        rig.Do(() => rig.Stack.Connect(rig.Now, InternetAddress.None, new InternetEndpoint(KernelRig.Address(KernelRig.KernelV4), Port), Port + 1));
        Assert.True(kernel.Join(s_most), "The kernel did not connect.");
        WaitUntil(rig, () => connected);
    }

    [Fact]
    public void kernel_sends_what_it_offers_a_closed_port_and_is_refused()
    {
        using KernelRig rig = new(large: false) { RefusesUnknown = true };
        using Socket socket = rig.KernelSocket(v4: false);
        SocketException exception = Assert.ThrowsAny<SocketException>(() => socket.Connect(IPAddress.Parse(KernelRig.StackV6), 9));
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }

    private static void Ask(Socket socket, ReadOnlySpan<byte> say, ReadOnlySpan<byte> expect)
    {
        socket.ReceiveTimeout = 10_000;
        socket.Send(say);
        Span<byte> buffer = stackalloc byte[64];
        int length = 0;
        int count;
        while ((count = socket.Receive(buffer[length..])) > 0)
        {
            length += count;
        }

        Assert.True(buffer[..length].SequenceEqual(expect), "The answer differs.");
    }

    private static void WaitUntil(KernelRig rig, Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!rig.Do(condition))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_most, "Not in time.");
            Thread.Sleep(5);
        }
    }

    private static Socket Listen(KernelRig rig, bool v4)
    {
        Socket listener = rig.KernelSocket(v4);
        listener.Bind(new IPEndPoint(IPAddress.Parse(v4 ? KernelRig.KernelV4 : KernelRig.KernelV6), Port));
        listener.Listen(128);
        return listener;
    }

    private static TcpConnection Connect(KernelRig rig, bool v4) => rig.Do(() =>
        rig.Stack.Connect(rig.Now, InternetAddress.None, new InternetEndpoint(KernelRig.Address(v4 ? KernelRig.KernelV4 : KernelRig.KernelV6), Port)));

    // finishesLast: 0 both as soon as they can, 1 the stack's end sends only after it has received everything, 2 the kernel's does.
    private void Transfer(KernelRig rig, bool stackConnects, bool v4, long bytes, int finishesLast = 0)
    {
        using KernelRig using_ = rig;
        StackEnd? end = null;

        // On a busy machine the blackout may begin while the two still connect.
        long start = Stopwatch.GetTimestamp();
        rig.OnEvent = stackEvent =>
        {
            if (stackEvent.Kind is StackEventKind.Accepted or StackEventKind.Connected)
            {
                end = new StackEnd(rig, stackEvent.Connection!, bytes, seed: 1) { FinishesLast = finishesLast == 1 };
            }

            end?.Pump();
        };
        Socket socket;
        if (stackConnects)
        {
            using Socket listener = Listen(rig, v4);
            Connect(rig, v4);
            socket = listener.Accept();
        }
        else
        {
            rig.Do(() => rig.Stack.Listen(InternetAddress.None, Port, 8));
            socket = rig.KernelSocket(v4);
            socket.Connect(IPAddress.Parse(v4 ? KernelRig.StackV4 : KernelRig.StackV6), Port);
        }

        using Socket owned = socket;
        KernelEnd kernel = new(socket, bytes, seed: 2, finishesLast == 2);
        byte[] expectedAtKernel = KernelEnd.HashOf(bytes, 1);
        byte[] expectedAtStack = KernelEnd.HashOf(bytes, 2);
        double seconds = 0;
        try
        {
            kernel.Join(s_most);
            WaitUntil(rig, () => end?.ReceivedHash is not null);
        }
        finally
        {
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            output.WriteLine($"{seconds:F1} s, {((end?.BytesReceived ?? 0) + kernel.BytesReceived) * 8 / seconds / 1e9:F2} Gbit/s both ways together, "
                + $"packets {rig.PacketsIn} in {rig.PacketsOut} out");
            output.WriteLine($"{end?.Connection.State} {end?.Connection.Statistics}");
        }

        Assert.True(rig.Trouble.IsNone || rig.PacketsTroubled > (rig.Trouble.Blackout > TimeSpan.Zero ? 0 : 1000), "the link made no trouble");
        Assert.True(seconds >= rig.Trouble.Blackout.TotalSeconds, "the transfer was over before the blackout");
        Assert.Equal(expectedAtKernel, kernel.ReceivedHash);
        Assert.Equal(expectedAtStack, end!.ReceivedHash);
        WaitUntil(rig, () => end.Connection.State == TcpState.Closed);
        Assert.Equal(CloseReason.Finished, end.Connection.CloseReason);
    }
}
