using System.Collections.Concurrent;
using Kith.Node.Streams;
using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Streams;

/// <summary>
/// Members without a TUN device on one switch, in memory, with the streams of each. The test's thread is every node's loop; it turns while
/// <see cref="Drive(Task)"/> waits for what runs on other threads, and each turn takes a millisecond of virtual time and, unless somebody wakes it, of real time.
/// </summary>
internal sealed class StreamNet : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly AutoResetEvent _woken = new(false);
    private readonly TestLan _lan = new() { Options = options => options with { HasTun = false } };
    private readonly List<Place> _places = [];

    /// <summary>Makes members of one network named "home"; the first founds it.</summary>
    public StreamNet(params string[] names)
    {
        foreach (string name in names)
        {
            _places.Add(new Place(this, _lan.Add(name)));
        }

        NodeCore first = _places[0].Core;
        MembershipLog home = first.CreateNetwork(_lan.Clock(_places[0].Host), "home", []);
        foreach (Place place in _places.Skip(1))
        {
            InviteLine invite = first.CreateInvite(_lan.Clock(_places[0].Host), home.Id, MemberRole.Member, 1, TimeSpan.FromDays(1));
            place.Core.BeginJoin(_lan.Clock(place.Host), invite, false);
        }

        Assert.True(_lan.RunUntil(() => _places.TrueForAll(IsComplete), TimeSpan.FromSeconds(20)), "the members did not find each other");
    }

    public TestLan Lan => _lan;

    public Place this[int index] => _places[index];

    public T Drive<T>(Task<T> task)
    {
        Drive((Task)task);
        return task.Result;
    }

    public T Drive<T>(ValueTask<T> task) => Drive(task.AsTask());

    public void Drive(ValueTask task) => Drive(task.AsTask());

    public void Drive(Task task)
    {
        task.ContinueWith(_ => _woken.Set(), TaskScheduler.Default);
        DriveUntil(() => task.IsCompleted);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Turns until something is true that other threads have a part in; virtual time is never faster than they are.</summary>
    public void DriveUntil(Func<bool> condition)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < end, "nothing came of it");
            Turn();
            _woken.WaitOne(Pause);
        }
    }

    /// <summary>Turns until something is true that only the nodes have a part in.</summary>
    public void Elapse(Func<bool> condition, TimeSpan limit)
    {
        Instant end = _lan.Now + limit;
        while (!condition())
        {
            Assert.True(_lan.Now < end, "it did not happen in time");
            Turn();
        }
    }

    public void Turn()
    {
        foreach (Place place in _places)
        {
            place.Turn();
        }

        _lan.Run(TimeSpan.FromMilliseconds(1));
    }

    public void Dispose()
    {
        _lan.Dispose();
        _woken.Dispose();
    }

    private bool IsComplete(Place place) =>
        place.Core.Networks.FirstOrDefault() is { } log && log.State.Members.Count == _places.Count
        && log.State.Members.Keys.All(id => id == place.Core.Id || place.Core.DescribePeer(id).Online);

    internal sealed class Place : ICoreRunner
    {
        private readonly StreamNet _net;
        private readonly ConcurrentQueue<Action> _work = new();
        private bool _isStopped;

        public Place(StreamNet net, TestHost host)
        {
            _net = net;
            Host = host;
            Streams = new NodeStreams(this) { OfflinePatience = TimeSpan.FromMilliseconds(50) };
            Protocols = new NodeProtocols(Streams);
        }

        public TestHost Host { get; }

        public NodeCore Core => Host.Core!;

        public NodeStreams Streams { get; }

        public NodeProtocols Protocols { get; }

        public ClockReading Now => _net.Lan.Clock(Host);

        public Task<T> RunAsync<T>(Func<NodeCore, ClockReading, T> function)
        {
            TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Enqueue(() =>
            {
                try
                {
                    ObjectDisposedException.ThrowIf(_isStopped, this);
                    result.SetResult(function(Core, Now));
                }
                catch (Exception failure)
                {
                    result.SetException(failure);
                }
            });
            Wake();
            return result.Task;
        }

        public void Wake() => _net._woken.Set();

        public void Stop()
        {
            Streams.Stop(Now);
            _isStopped = true;
        }

        public void Turn()
        {
            while (_work.TryDequeue(out Action? work))
            {
                work();
            }

            Streams.Pump(Core, Now);
        }
    }
}
