using System.Net;
using System.Net.Sockets;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Wire;

namespace Kith.Node.Trackers;

/// <summary>What the core's trackers need of the machine: names looked up, and HTTP. The core asks for one thing of a tracker at a time, so little is under way at once. Thread-safe.</summary>
internal sealed class TrackerService : IDisposable
{
    /// <summary>Look-ups and requests that may be under way at once; what comes on top counts as lost.</summary>
    public const int UnderWayMax = 64;

    private static readonly TimeSpan s_lookUpPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_farewellPatience = TimeSpan.FromSeconds(1.5);

    private readonly NodeCore _core;
    private readonly CoreInbox _inbox;
    private readonly TrackerHttp _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _underWay = [];

    /// <summary>Serves a core.</summary>
    public TrackerService(NodeCore core, CoreInbox inbox)
    {
        _core = core;
        _inbox = inbox;
    }

    /// <summary>Looks a tracker's host up and tells the core.</summary>
    public void LookUp(TrackerUrl url) => Begin(async () =>
    {
        InternetAddress[] addresses = [];
        string? failure = null;
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(url.Host, _stop.Token).WaitAsync(s_lookUpPatience, _stop.Token).ConfigureAwait(false);
            addresses = [.. found.Select(address => InternetAddress.FromBytes(address.GetAddressBytes()))];
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            failure = exception is TimeoutException ? "its name is not resolved in time" : "its name has no address";
        }

        _inbox.PostWork(now => _core.HandleTrackerAddresses(now, url, addresses, failure));
    });

    /// <summary>Makes a request and tells the core what came of it.</summary>
    public void Get(long operation, string url, bool isV6) => Begin(async () =>
    {
        (byte[] body, string? failure) = await _http.GetAsync(url, isV6, _stop.Token).ConfigureAwait(false);
        _inbox.PostWork(now => _core.HandleTrackerHttp(now, operation, body, failure));
    });

    /// <summary>Lets farewells go out for a moment, then ends everything.</summary>
    public void Dispose()
    {
        Task[] last;
        lock (_lock)
        {
            last = [.. _underWay];
        }

        Task.WhenAny(Task.WhenAll(last), Task.Delay(s_farewellPatience)).Wait();
        _stop.Cancel();
        Task.WhenAll(last).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _http.Dispose();
        _stop.Dispose();
    }

    private void Begin(Func<Task> work)
    {
        lock (_lock)
        {
            if (_underWay.Count >= UnderWayMax || _stop.IsCancellationRequested)
            {
                return;
            }

            Task task = Task.Run(async () =>
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // The node stops.
                }
            });
            _underWay.Add(task);
            task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Forget(Task task)
    {
        lock (_lock)
        {
            _underWay.Remove(task);
        }
    }
}
