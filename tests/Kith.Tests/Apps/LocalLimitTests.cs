using System.Net;
using System.Net.Sockets;
using Kith.Apps.Forwarding;
using Kith.Apps.Local;
using Kith.Apps.Services;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Tests.Apps;

/// <summary>Named maxima of what listens on this machine and of who asks around, reached.</summary>
public sealed class LocalLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void a_forwarder_takes_so_many_rules_and_no_more()
    {
        MemoryNetwork network = new("nas", "laptop");
        using Forwarder forwarder = new(network["laptop"], static _ => { });
        ForwardRule rule = new(0, new DeviceTarget("nas", 80));
        HashSet<int> ports = [];
        for (int i = 0; i < Forwarder.RulesMax; i++)
        {
            ports.Add(forwarder.Open(rule, [IPAddress.Loopback]).Port);
        }

        Assert.Equal(Forwarder.RulesMax, ports.Count);
        Assert.Equal(ControlError.LimitReached, Assert.Throws<ControlException>(() => forwarder.Open(rule, [IPAddress.Loopback])).Error);
    }

    [Fact]
    public async Task a_local_port_serves_so_many_connections_at_once_and_the_next_waits()
    {
        using LocalPort port = LocalPort.Open([IPAddress.Loopback], 0);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using SemaphoreSlim served = new(0);
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource others = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        int most = 0;
        int now = 0;
        Task running = LocalServer.RunAsync(
            port,
            async (socket, _) =>
            {
                int number = Interlocked.Increment(ref count);
                InterlockedMax(ref most, Interlocked.Increment(ref now));
                served.Release();
                await (number == 1 ? first : others).Task;
                Interlocked.Decrement(ref now);
                socket.Dispose();
            },
            stop.Token);
        List<Socket> clients = [];
        for (int i = 0; i <= LocalServer.ConnectionsMax; i++)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            clients.Add(client);
            await client.ConnectAsync(port.EndPoints[0], Token);
            if (i < LocalServer.ConnectionsMax)
            {
                await served.WaitAsync(Token);
            }
        }

        Assert.Equal(LocalServer.ConnectionsMax, count);
        first.SetResult();
        await served.WaitAsync(Token);
        Assert.Equal((LocalServer.ConnectionsMax + 1, LocalServer.ConnectionsMax), (count, most));
        others.SetResult();
        await stop.CancelAsync();
        await running;
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task so_many_devices_are_asked_at_once_and_no_more()
    {
        string[] others = [.. Enumerable.Range(0, ServiceCatalog.AskedAtOnceMax + 5).Select(static number => $"d{number:00}")];
        MemoryNetwork network = new(["aaa", .. others]);
        using SemaphoreSlim asked = new(0);
        using SemaphoreSlim mayAnswer = new(0);
        int now = 0;
        int most = 0;
        List<KithListener> listeners = [];
        foreach (string name in others)
        {
            KithListener listener = await network[name].ListenAsync(ServiceList.Protocol, Token);
            listeners.Add(listener);
            _ = Task.Run(
                async () =>
                {
                    await using KithStream stream = await listener.AcceptAsync(Token);
                    InterlockedMax(ref most, Interlocked.Increment(ref now));
                    asked.Release();
                    await mayAnswer.WaitAsync(Token);
                    Interlocked.Decrement(ref now);
                    await stream.WriteAsync(new ServiceList([]).Encode(), Token);
                    await stream.CompleteWritesAsync(Token);
                    await stream.ReadAsync(new byte[1], Token).AsTask();
                },
                Token);
        }

        Task<IReadOnlyList<DeviceServices>> asking = ServiceCatalog.AskAllAsync(network["aaa"].Refresh(), network["aaa"], null, Token);
        for (int i = 0; i < ServiceCatalog.AskedAtOnceMax; i++)
        {
            await asked.WaitAsync(Token);
        }

        Assert.Equal(ServiceCatalog.AskedAtOnceMax, now);
        mayAnswer.Release(others.Length);
        Assert.Equal(others.Length, (await asking).Count(static device => device.Problem is null && device.Online));
        Assert.Equal(ServiceCatalog.AskedAtOnceMax, most);
        foreach (KithListener listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is int other && other != seen)
        {
            seen = other;
        }
    }
}
