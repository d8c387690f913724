using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Kith.Node;
using Kith.Node.Control;
using Kith.Node.Streams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.StreamBench;

/// <summary>
/// Two user-space nodes in two processes. The one that dials says in eight bytes how much it will send; the other answers with one byte when it has it.
/// Driven by <c>bench/streams</c>, and published as <c>kith</c> is: compiled ahead of time, with the same settings of the runtime.
/// </summary>
internal static class StreamNode
{
    public const string Usage = "usage: Kith.StreamBench listen DIR PORT | dial DIR PORT INVITE COMMAND...     two nodes in two processes; see bench/streams";

    private const int BenchPort = 7000;
    private const int BufferBytes = 256 << 10;

    // One port has ephemeral ports for some 4,500 connections from one device.
    private const int PortsForIdle = 4;

    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["listen", string directory, string port]:
                await ListenAsync(directory, ushort.Parse(port, CultureInfo.InvariantCulture));
                return 0;
            case ["dial", string directory, string port, string invite, .. string[] commands]:
                await DialAsync(directory, ushort.Parse(port, CultureInfo.InvariantCulture), invite, commands);
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static Task<KithNode> StartAsync(string name, string directory, ushort port, string? invite) => KithNode.StartAsync(
        new NodeStartOptions
        {
            StateDirectory = directory,
            DeviceName = name,
            UseTun = false,
            Port = port,
            Join = invite,
            UseDht = false,
            StunServers = [],
            PortMapping = Protocol.Paths.PortMapping.MappingProtocol.None,
        },
        NullLoggerFactory.Instance,
        CancellationToken.None);

    private static async Task ListenAsync(string directory, ushort port)
    {
        await using KithNode node = await StartAsync("listener", directory, port, null);
        KithListener[] listeners = [.. Enumerable.Range(BenchPort, PortsForIdle).Select(node.Listen)];
        InviteResult invite = await node.InviteAsync(new InviteRequest(null), CancellationToken.None);
        Console.WriteLine("invite " + invite.Invite);
        foreach (KithListener listener in listeners)
        {
            _ = AcceptAsync(listener);
        }

        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line == "memory")
            {
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory {GC.GetTotalMemory(true)} {Process.GetCurrentProcess().WorkingSet64} {Volatile.Read(ref s_open)}"));
            }
        }
    }

    private static int s_open;

    private static async Task AcceptAsync(KithListener listener)
    {
        while (true)
        {
            _ = ServeAsync(await listener.AcceptAsync());
        }
    }

    private static async Task ServeAsync(KithStream stream)
    {
        Interlocked.Increment(ref s_open);
        try
        {
            await using (stream)
            {
                byte[] request = new byte[8];
                await stream.ReadExactlyAsync(request);
                long left = BinaryPrimitives.ReadInt64LittleEndian(request);
                byte[]? buffer = left > 0 ? new byte[BufferBytes] : null;
                while (left > 0)
                {
                    int read = await stream.ReadAsync(buffer);
                    if (read == 0)
                    {
                        throw new EndOfStreamException();
                    }

                    left -= read;
                }

                await stream.WriteAsync(new byte[1]);
                await stream.ReadAtLeastAsync(request, 1, throwOnEndOfStream: false);
            }
        }
        catch (IOException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref s_open);
        }
    }

    private static async Task DialAsync(string directory, ushort port, string invite, string[] commands)
    {
        await using KithNode node = await StartAsync("dialer", directory, port, invite);
        Console.WriteLine("ready");
        foreach (string command in commands.AsEnumerable().Concat(commands.Length > 0 ? [] : StandardInput()))
        {
            string[] words = command.Split(':');
            int number = words.Length > 1 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 1;
            long bytes = words.Length > 2 ? long.Parse(words[2], CultureInfo.InvariantCulture) : 0;
            Console.WriteLine(words[0] switch
            {
                "streams" => await StreamsAsync(node, number, bytes),
                "sequential" => await ConnectionsAsync(node, number, atOnce: 1),
                "parallel" => await ConnectionsAsync(node, number, atOnce: 100),
                "idle" => await IdleAsync(node, number),
                _ => throw new ArgumentException(command),
            });
        }
    }

    private static IEnumerable<string> StandardInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    // Total bytes over several streams at once. Connecting is not counted, the last byte's arrival is.
    private static async Task<string> StreamsAsync(KithNode node, int number, long bytes)
    {
        long each = bytes / number;
        KithStream[] streams = await Task.WhenAll(Enumerable.Range(0, number).Select(_ => node.DialAsync("listener", BenchPort).AsTask()));
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        double[] ends = await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
        {
            await SendAsync(stream, each);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        })));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"streams {number} bytes {each * number} seconds {seconds:F4} MB/s {each * number / seconds / 1e6:F1} first {ends.Min():F3} last {ends.Max():F3} cpu {cpu.TotalSeconds:F2}");
    }

    private static async Task SendAsync(KithStream stream, long bytes)
    {
        byte[] buffer = new byte[BufferBytes];
        await using (stream)
        {
            byte[] request = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(request, bytes);
            await stream.WriteAsync(request);
            for (long left = bytes; left > 0; left -= buffer.Length)
            {
                await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
            }

            await stream.ReadExactlyAsync(request.AsMemory(0, 1));
        }
    }

    // A connection is one exchange: dialled, asked, answered, closed.
    private static async Task<string> ConnectionsAsync(KithNode node, int number, int atOnce)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (int i = 0; i < number / atOnce; i++)
            {
                await SendAsync(await node.DialAsync("listener", BenchPort), 0);
            }
        }));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"connections {number} atOnce {atOnce} seconds {seconds:F3} perSecond {number / seconds:F0}");
    }

    private static async Task<string> IdleAsync(KithNode node, int number)
    {
        long before = GC.GetTotalMemory(true);
        List<KithStream> streams = [];
        byte[] request = new byte[8];
        for (int i = 0; i < number; i++)
        {
            KithStream stream = await node.DialAsync("listener", BenchPort + (i % PortsForIdle));
            await stream.WriteAsync(request);
            await stream.ReadExactlyAsync(request.AsMemory(0, 1));
            streams.Add(stream);
        }

        Console.WriteLine("open " + streams.Count);
        await Console.In.ReadLineAsync();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long after = GC.GetTotalMemory(true);
        string result = string.Create(CultureInfo.InvariantCulture, $"idle {number} bytesEach {(after - before) / number} workingSet {Process.GetCurrentProcess().WorkingSet64}");
        foreach (KithStream stream in streams)
        {
            await stream.DisposeAsync();
        }

        return result;
    }
}
