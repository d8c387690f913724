using Kith.Node.Control;
using Kith.Node.Lan;
using Kith.Node.Streams;
using Kith.Node.Tcp;
using Kith.Protocol.Core;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Microsoft.Extensions.Logging;

namespace Kith.Node.Hosting;

/// <summary>
/// The one thread that drives a <see cref="NodeCore"/>: takes from the inbox, fires deadlines, carries packets out, publishes snapshots
/// to the fast path and hands events on. Everything else reaches the core through <see cref="RunAsync{T}"/>.
/// </summary>
internal sealed class CoreLoop : ICoreRunner, IDisposable
{
    private const int ItemsPerTurnMax = 256;

    // Strangers are looked at in between: so many that a flood does not keep a newcomer waiting, so few that it does not keep members waiting.
    private const int StrangersPerTurnMax = 128;

    // What streams still have to say when the node stops; each turn carries some 2 MB of it at most.
    private const int LeavingTurnsMax = 64;

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    private readonly NodeCore _core;
    private readonly FastPath _fastPath;
    private readonly CoreInbox _inbox;
    private readonly PacketCarrier _carrier;
    private readonly ILogger _logger;
    private readonly Action<NodeEvent> _onEvent;
    private readonly Thread _thread;
    private readonly SleepWatch _sleep = new(WaitMax);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _publishedVersion = -1;
    private volatile bool _stopping;
    private int _leavingTurns;
    private volatile bool _ended;

    /// <summary>Makes a loop; nothing runs before <see cref="Start"/>.</summary>
    public CoreLoop(NodeCore core, FastPath fastPath, CoreInbox inbox, MulticastSocket? lan, TcpConnections tcp, ILogger logger, Action<NodeEvent> onEvent)
    {
        _core = core;
        _fastPath = fastPath;
        _inbox = inbox;
        _carrier = new PacketCarrier(core, fastPath, lan, tcp);
        _logger = logger;
        _onEvent = onEvent;
        Streams = new NodeStreams(this);
        _thread = new Thread(Run) { Name = "kith core", IsBackground = true };
    }

    /// <summary>Completes when the loop has ended; faulted if it ended by a defect.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The streams that run on this loop.</summary>
    public NodeStreams Streams { get; }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Runs a function on the loop and returns its result; its exceptions come back to the caller.</summary>
    public Task<T> RunAsync<T>(Func<NodeCore, ClockReading, T> function)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_stopping || _completion.Task.IsCompleted)
        {
            result.SetException(new ObjectDisposedException(nameof(KithNode)));
            return result.Task;
        }

        _inbox.PostWork(now =>
        {
            try
            {
                ObjectDisposedException.ThrowIf(_ended, typeof(KithNode));
                result.TrySetResult(function(_core, now));
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                result.TrySetException(exception);
            }
        });
        if (_ended)
        {
            // The loop may have looked at its inbox for the last time before this was in it.
            result.TrySetException(new ObjectDisposedException(nameof(KithNode)));
        }

        return result.Task;
    }

    /// <inheritdoc/>
    public void Wake() => _inbox.Wake();

    /// <summary>Says goodbye, sends what is left and ends the thread. Idempotent.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        if (_thread.IsAlive)
        {
            _inbox.PostWork(now =>
            {
                Streams.Stop(now);
                _leavingTurns = 1;
            });
            _thread.Join();
        }
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                TakeItems();
                ClockReading now = SystemClock.Read();
                if (_sleep.HasSlept(now))
                {
                    _core.HandleNetworkChange(now);
                }

                if (_core.NextTimeout <= now.Monotonic)
                {
                    _core.HandleTimeout(now);
                }

                bool isBusy = Streams.Pump(_core, now);
                Publish();
                bool hasMore = _carrier.CarryOut(SystemClock.Read());
                Publish();
                while (_core.TryGetEvent(out NodeEvent? nodeEvent))
                {
                    if (nodeEvent is NodeEvent.SocketDone done)
                    {
                        _fastPath.CloseSocket(done.Socket);
                    }
                    else
                    {
                        _onEvent(nodeEvent!);
                    }
                }

                if (_leavingTurns > 0 && (!hasMore || _leavingTurns++ == LeavingTurnsMax))
                {
                    // Last of all, for with it the sessions end: resets of streams must have arrived.
                    _core.Stop(SystemClock.Read());
                    _carrier.CarryOut(SystemClock.Read());
                    break;
                }

                if (_fastPath.IsTunLost)
                {
                    throw new ControlException(
                        ControlError.TunUnavailable, "The network device was removed while the node was using it.", "Start the node again with 'kith up'.");
                }

                if (isBusy || hasMore)
                {
                    continue;
                }

                Instant next = Instant.Min(_core.NextTimeout, Streams.NextTimeout);
                TimeSpan wait = next == Instant.Never ? WaitMax : next - SystemClock.Now;
                if (_carrier.IsHeldUp && wait > PacketCarrier.RetryInterval)
                {
                    wait = PacketCarrier.RetryInterval;
                }

                if (wait > TimeSpan.Zero)
                {
                    // Rounded up: waking a moment too early would only mean to wait again.
                    _inbox.Wait(TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), WaitMax.TotalMilliseconds)));
                }
            }

            _completion.TrySetResult();
        }
        catch (ControlException failure)
        {
            _completion.TrySetException(failure);
        }
        catch (Exception exception)
        {
            _logger.LoopFailed(exception);
            _completion.TrySetException(exception);
        }
        finally
        {
            End();
        }
    }

    // Nobody may be left waiting for a loop that does not turn any more.
    private void End()
    {
        ClockReading now = SystemClock.Read();
        _ended = true;
        Streams.Stop(now);
        while (_inbox.TryTake(out CoreInbox.Item item))
        {
            item.Work?.Invoke(now);
            CoreInbox.Release(item);
        }

        while (_inbox.TryTakeStranger(out CoreInbox.Item item))
        {
            CoreInbox.Release(item);
        }
    }

    private void TakeItems()
    {
        for (int i = 0; i < ItemsPerTurnMax && _inbox.TryTake(out CoreInbox.Item item); i++)
        {
            ClockReading now = SystemClock.Read();
            switch (item.Kind)
            {
                case CoreInbox.Kind.Datagram:
                    _core.HandleDatagram(now, item.Source, item.Bytes);
                    break;
                case CoreInbox.Kind.Plaintext:
                    _core.HandlePlaintext(now, item.Link!, item.Session!, item.Source, item.Bytes);
                    break;
                case CoreInbox.Kind.Packets:
                    _core.HandlePackets(now, item.Link!, item.Session!, item.Source, item.Bytes);
                    break;
                case CoreInbox.Kind.TunPacket:
                    _core.HandleTunPacket(now, item.Bytes);
                    break;
                case CoreInbox.Kind.Traffic:
                    _core.HandleTraffic(now, item.Link!, item.Session!, item.Source, item.Received);
                    break;
                case CoreInbox.Kind.Lan:
                    _core.HandleLanDatagram(now, item.Source, item.Bytes);
                    break;
                default:
                    item.Work!(now);
                    break;
            }

            CoreInbox.Release(item);
        }

        for (int i = 0; i < StrangersPerTurnMax && _inbox.TryTakeStranger(out CoreInbox.Item item); i++)
        {
            _core.HandleDatagram(SystemClock.Read(), item.Source, item.Bytes);
            CoreInbox.Release(item);
        }
    }

    private void Publish()
    {
        if (_publishedVersion != _core.SnapshotVersion)
        {
            _publishedVersion = _core.SnapshotVersion;
            _fastPath.Publish(_core.BuildSnapshot());
        }
    }
}
