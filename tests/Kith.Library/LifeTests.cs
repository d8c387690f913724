using System.Diagnostics;
using Kith.Library.Harness;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Library;

public class LifeTests
{
    private const int WarmUpCycles = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The long form is the number.
    private static int Cycles => Environment.GetEnvironmentVariable("KITH_TEST_QUICK") == "1" ? 100 : 1000;

    [Fact]
    public async Task starting_and_stopping_leaves_no_thread_socket_timer_or_file_behind()
    {
        using TestFolder folder = new();
        await CycleAsync(folder, WarmUpCycles);
        Footprint before = await Footprint.SettleAsync(new Footprint(int.MaxValue, int.MaxValue, long.MaxValue));
        string[] files = Files(folder);
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        long began = Stopwatch.GetTimestamp();
        await CycleAsync(folder, Cycles);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Footprint after = await Footprint.SettleAsync(before);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - heap;
        Report.Measured($"{Cycles} starts and stops, {took.TotalMilliseconds / Cycles:0} ms each: threads {before.Threads} -> {after.Threads}, descriptors {before.Descriptors} -> {after.Descriptors}, timers {before.Timers} -> {after.Timers}, heap {grown / 1024:+0;-0;0} KiB, files {files.Length} -> {Files(folder).Length} (bar: nothing more than before)");
        AssertNotGrown(before, after);
        Assert.Equal(files, Files(folder));
        Assert.True(grown < Cycles * 4096L + (1 << 20), $"the heap grew by {grown} bytes");
    }

    [Fact]
    public async Task a_start_that_fails_or_is_given_up_leaves_nothing_behind()
    {
        using TestFolder folder = new();
        await CycleAsync(folder, WarmUpCycles);
        Footprint before = Footprint.Take();
        for (int i = 0; i < 10; i++)
        {
            // An invite of a network that nobody answers for.
            using CancellationTokenSource impatient = new(TimeSpan.FromMilliseconds(20 * i));
            const string Nonsense = "kith1nonsense";
            Exception? refused = await Record.ExceptionAsync(() => KithNode.StartAsync(TestNodes.Options(folder, "fails", Nonsense), cancellationToken: impatient.Token));
            Assert.True(refused is ControlException or OperationCanceledException, refused?.ToString());
        }

        Footprint after = await Footprint.SettleAsync(before);
        AssertNotGrown(before, after);
    }

    [Fact]
    public async Task stopping_ends_every_call_in_flight()
    {
        await using NodePair pair = new();
        await pair.InitializeAsync();
        KithNode node = pair.Laptop;
        await using KithListener echo = pair.Nas.Listen(7);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task served = Task.Run(() => EchoAsync(echo, enough.Token), Cancellation);
        using HttpClient http = node.CreateHttpClient();
        await using KithListener listener = node.Listen(8);
        await using KithUdpSocket socket = node.BindUdp(9);
        await using KithStream open = await node.DialAsync("nas", 7, Cancellation);
        int calls = 0;
        Func<Task>[] all =
        [
            () => node.GetStatusAsync(Cancellation),
            () => node.CreateInviteAsync(cancellationToken: Cancellation),
            async () => await (await node.DialAsync("nas", 7, Cancellation)).DisposeAsync(),
            async () => await (await node.DialAsync("nas", "nobody/listens", Cancellation)).DisposeAsync(),
            async () => await (await node.ListenAsync("some/name", Cancellation)).DisposeAsync(),
            async () => await node.PingAsync(new PingRequest("nas", Count: 1), Cancellation).FirstAsync(Cancellation),
            async () => await socket.SendToAsync(new byte[100], "nas", 9, Cancellation),
            async () => await socket.ReceiveFromAsync(new byte[100], Cancellation),
            async () => await listener.AcceptAsync(Cancellation),
            async () => await open.WriteAsync(new byte[10000], Cancellation),
            async () => await open.ReadExactlyAsync(new byte[10000], Cancellation),
            async () => await http.GetStringAsync(new Uri("http://nas:81/"), Cancellation),
            async () => await node.Events.GetAsyncEnumerator(Cancellation).MoveNextAsync(),
        ];
        Task[] callers = [.. all.Select(call => Task.Run(() => UntilStoppedAsync(node, call, () => Interlocked.Increment(ref calls)), Cancellation))];
        while (Volatile.Read(ref calls) < 200)
        {
            await Task.Delay(10, Cancellation);
        }

        Task[] stops = [node.StopAsync(Cancellation), Task.Run(async () => await node.DisposeAsync(), Cancellation), Task.Run(() => node.StopAsync(Cancellation), Cancellation)];
        await Task.WhenAll(stops).WaitAsync(TestNodes.Patience, Cancellation);
        await Task.WhenAll(callers).WaitAsync(TestNodes.Patience, Cancellation);
        Assert.True(node.Completion.IsCompletedSuccessfully);
        await enough.CancelAsync();
        await served;
    }

    [Fact]
    public async Task what_was_written_before_a_stop_arrives_whole_and_the_other_side_knows_at_once()
    {
        await using NodePair pair = new();
        await pair.InitializeAsync();
        await using KithListener listener = pair.Nas.Listen(7);
        byte[] sent = new byte[3_000_000];
        Random.Shared.NextBytes(sent);
        await using (KithStream writing = await pair.Laptop.DialAsync("nas", 7, Cancellation))
        {
            await using KithStream reading = await listener.AcceptAsync(Cancellation);
            await using IAsyncEnumerator<KithEvent> news = pair.Nas.Events.GetAsyncEnumerator(Cancellation);
            using MemoryStream received = new();
            Task copying = reading.CopyToAsync(received, Cancellation);
            await writing.WriteAsync(sent, Cancellation);
            await writing.DisposeAsync();
            await pair.Laptop.StopAsync(Cancellation);
            await copying.WaitAsync(TestNodes.Patience, Cancellation);
            Assert.Equal(sent, received.ToArray());
            while (await news.MoveNextAsync().AsTask().WaitAsync(TestNodes.Patience, Cancellation) && news.Current is not KithEvent.MemberOffline)
            {
                // Until it is seen to be away.
            }

            Assert.False(pair.Nas.Members.Single(member => member.Id == pair.Laptop.Id).IsOnline);
        }
    }

    private static void AssertNotGrown(Footprint before, Footprint after)
    {
        if (after.Threads > before.Threads || after.Descriptors > before.Descriptors || after.Timers > before.Timers)
        {
            Assert.Fail($"before {before}, after {after}\n{Footprint.Describe()}");
        }
    }

    private static async Task CycleAsync(TestFolder folder, int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            await using KithNode node = await TestNodes.StartAsync(folder, "cycle");
            await using KithListener listener = node.Listen(80);
            await using KithUdpSocket socket = node.BindUdp(80);
            await using IAsyncEnumerator<KithEvent> news = node.Events.GetAsyncEnumerator(Cancellation);
        }
    }

    private static async Task UntilStoppedAsync(KithNode node, Func<Task> call, Action count)
    {
        while (!node.Completion.IsCompleted)
        {
            try
            {
                await call();
            }
            catch (Exception expected) when (expected is ControlException or ObjectDisposedException or IOException or HttpRequestException or InvalidOperationException)
            {
                await Task.Yield();
            }

            count();
        }
    }

    private static async Task EchoAsync(KithListener listener, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (KithStream stream in listener.AcceptAllAsync(cancellationToken))
            {
                _ = stream.CopyToAsync(stream, cancellationToken).ContinueWith(_ => stream.Dispose(), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static string[] Files(TestFolder folder) => [.. Directory.GetFiles(folder.At("cycle"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
