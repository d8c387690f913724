using Kith.Node;
using Kith.Node.Control;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Incoming;

/// <summary>Receives files and folders that other members send, into one folder. For one call of <see cref="RunAsync"/>.</summary>
public sealed class Receiver
{
    /// <summary>The name of the protocol.</summary>
    public const string Protocol = "kith/send/1";

    private static readonly TimeSpan NodePause = TimeSpan.FromMilliseconds(500);

    /// <summary>How many devices may send at once.</summary>
    public const int SessionsMax = 16;

    private readonly IKithTransport _transport;
    private readonly ReceiveOptions _options;
    private readonly IReceiveQuestions? _questions;
    private readonly ITransferObserver _observer;
    private readonly TransferGate _gate = new();
    private readonly HashSet<Task> _sessions = [];
    private readonly TaskCompletionSource<TransferTotals> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes a receiver.</summary>
    /// <param name="transport">The network.</param>
    /// <param name="options">How to receive.</param>
    /// <param name="questions">Somebody who can be asked; null if nobody can, then only what needs no asking is taken.</param>
    /// <param name="observer">Hears what happens.</param>
    public Receiver(IKithTransport transport, ReceiveOptions options, IReceiveQuestions? questions, ITransferObserver observer)
    {
        _transport = transport;
        _options = options;
        _questions = questions;
        _observer = observer;
    }

    /// <summary>Receives until cancelled, or with <see cref="ReceiveOptions.Once"/> until one transfer is complete, whose numbers are returned then.</summary>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.TargetNotWritable"/>, <see cref="ControlError.TargetFull"/>; <see cref="ControlError.PortInUse"/>: another receiver runs on this device;
    /// <see cref="ControlError.NodeNotRunning"/>: no node ran at the beginning; one that is stopped later is waited for.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<TransferTotals> RunAsync(CancellationToken cancellationToken)
    {
        using RootedDirectory target = TargetFolder.Open(_options.Target);
        ReceiveContext context = new(_options, target, _questions, _observer);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        KithListener listener = await _transport.ListenAsync(Protocol, cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                await using (listener.ConfigureAwait(false))
                {
                    context.Tell(new TransferEvent(TransferEventKind.Ready, Path: Path.GetFullPath(_options.Target)));
                    Task accepting = AcceptAsync(listener, context, ending.Token);
                    await Task.WhenAny(accepting, _first.Task).ConfigureAwait(false);
                    if (_first.Task.IsCompleted)
                    {
                        return await _first.Task.ConfigureAwait(false);
                    }

                    await WaitForLossAsync(accepting).ConfigureAwait(false);
                }

                context.Tell(new TransferEvent(TransferEventKind.WaitingForNode));
                listener = await ListenAgainAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(SessionsNow()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when the node was stopped; throws whatever else ended the listening.</summary>
    private static async Task WaitForLossAsync(Task accepting)
    {
        try
        {
            await accepting.ConfigureAwait(false);
        }
        catch (ControlException stopped) when (stopped.Error == ControlError.NodeNotRunning)
        {
            // Whatever watches over it starts it again.
        }
    }

    private async Task<KithListener> ListenAgainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(NodePause, cancellationToken).ConfigureAwait(false);
            try
            {
                return await _transport.ListenAsync(Protocol, cancellationToken).ConfigureAwait(false);
            }
            catch (ControlException stopped) when (stopped.Error == ControlError.NodeNotRunning)
            {
                // Not yet.
            }
        }
    }

    private async Task AcceptAsync(KithListener listener, ReceiveContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            KithStream stream = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            if (SessionsNow().Length >= SessionsMax)
            {
                stream.Abort();
                await stream.DisposeAsync().ConfigureAwait(false);
                continue;
            }

            Task session = Task.Run(() => ServeAsync(stream, context, cancellationToken), CancellationToken.None);
            lock (_sessions)
            {
                _sessions.Add(session);
            }

            _ = session.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(KithStream stream, ReceiveContext context, CancellationToken cancellationToken)
    {
        await using (stream.ConfigureAwait(false))
        {
            using ReceiveConnection connection = new(stream, context, _gate);
            TransferTotals? totals = await connection.RunAsync(cancellationToken).ConfigureAwait(false);
            if (totals is not null && _options.Once)
            {
                _first.TrySetResult(totals);
            }
        }
    }

    private Task[] SessionsNow()
    {
        lock (_sessions)
        {
            return [.. _sessions];
        }
    }

    private void Forget(Task session)
    {
        lock (_sessions)
        {
            _sessions.Remove(session);
        }
    }
}
