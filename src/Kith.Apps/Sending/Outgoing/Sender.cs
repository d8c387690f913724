using System.Diagnostics;
using Kith.Apps.Sending.Incoming;
using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>
/// Sends files and folders to a device. Waits for a device that is offline and for a receiver that was not started yet, and when the link is lost goes on where it
/// was. For one call of <see cref="RunAsync"/>.
/// </summary>
public sealed class Sender
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    // The receiver hangs up on a stream on which nobody greets.
    private static readonly TimeSpan UngreetedMax = TimeSpan.FromSeconds(5);

    private readonly IKithTransport _transport;
    private readonly SendOptions _options;
    private readonly SendJob _job;
    private readonly ITransferObserver _observer;
    private long _lastProgressAt;
    private long _lastProgress;
    private TransferEventKind? _told;
    private bool _wasThere;

    /// <summary>Makes a sender.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.FileUnreadable"/> or <see cref="ControlError.Usage"/>: what was named cannot be sent.</exception>
    public Sender(IKithTransport transport, SendOptions options, ITransferObserver observer)
    {
        _transport = transport;
        _options = options;
        _observer = observer;
        _job = new SendJob(SourceRoot.FindAll(options.Paths), options.Device, observer);
    }

    /// <summary>The numbers as they are now.</summary>
    public TransferTotals Totals => _job.Count.Read();

    /// <summary>Sends everything; returns what became of it.</summary>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.Timeout"/>: nothing went on for too long; <see cref="ControlError.TransferRefused"/>, <see cref="ControlError.TargetFull"/>,
    /// <see cref="ControlError.TargetNotWritable"/>, <see cref="ControlError.TransferStopped"/>; and whatever dialling throws for good.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the receiver was told.</exception>
    public async Task<TransferTotals> RunAsync(CancellationToken cancellationToken)
    {
        Task<KithStream>? dialled = await MeasureAsync(cancellationToken).ConfigureAwait(false);
        using IDisposable shown = _observer.Watch(_job.Count.Read, () => _job.Count.Current);
        _lastProgressAt = Stopwatch.GetTimestamp();
        TimeSpan pause = PauseMin;
        while (true)
        {
            (bool isDone, ControlException? trouble) = await TryOnceAsync(dialled ?? DialAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            dialled = null;
            if (isDone)
            {
                TransferTotals totals = _job.Count.Read();
                _job.Tell(TransferEventKind.Done, totals: totals);
                return totals;
            }

            long progress = _job.Count.Progress;
            if (progress != _lastProgress)
            {
                (_lastProgress, _lastProgressAt, pause) = (progress, Stopwatch.GetTimestamp(), PauseMin);
            }
            else if (Stopwatch.GetElapsedTime(_lastProgressAt) + pause > _options.WaitMax)
            {
                throw trouble!;
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private Task<KithStream> DialAsync(CancellationToken cancellationToken) =>
        Task.Run(async () => await _transport.DialAsync(_options.Device, Receiver.Protocol, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>Looks at all that is to be sent while the device is dialled; returns the dial if it is worth waiting for.</summary>
    private async Task<Task<KithStream>?> MeasureAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task measuring = Task.Run(() => _job.Measure(ending.Token), CancellationToken.None);
        Task<KithStream> dialling = DialAsync(cancellationToken);
        await Task.WhenAny(measuring, dialling).ConfigureAwait(false);
        if (dialling.IsFaulted && dialling.Exception.InnerException is ControlException failure && !IsWorthWaiting(failure))
        {
            // A device that does not exist, for example, is said before a large folder was looked at.
            await ending.CancelAsync().ConfigureAwait(false);
            await measuring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw failure;
        }

        try
        {
            await Task.WhenAny(measuring, Task.Delay(UngreetedMax, cancellationToken)).ConfigureAwait(false);
            if (measuring.IsCompletedSuccessfully)
            {
                return dialling;
            }

            await measuring.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await HangUpAsync(dialling).ConfigureAwait(false);
            await measuring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await HangUpAsync(dialling).ConfigureAwait(false);
        return null;
    }

    private static async Task HangUpAsync(Task<KithStream> dialling)
    {
        await ((Task)dialling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (dialling.IsCompletedSuccessfully)
        {
            KithStream stream = await dialling.ConfigureAwait(false);
            stream.Abort();
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsWorthWaiting(ControlException failure) => failure.Error is ControlError.DeviceOffline or ControlError.Timeout or ControlError.PortRefused;

    /// <summary>One connection. False with what is in the way if it is worth another try.</summary>
    private async Task<(bool IsDone, ControlException? Trouble)> TryOnceAsync(Task<KithStream> dialling, CancellationToken cancellationToken)
    {
        KithStream stream;
        try
        {
            stream = await dialling.ConfigureAwait(false);
            _wasThere = true;
        }
        catch (ControlException failure) when (failure.Error == ControlError.NodeNotRunning && _wasThere)
        {
            // A node that was killed is started again by whatever watches over it.
            TellOnce(TransferEventKind.WaitingForNode);
            return (false, Unfinished(ControlError.NodeNotRunning, "The node of this device was stopped", failure, "Start it with 'kith up', then send"));
        }
        catch (ControlException failure) when (failure.Error is ControlError.DeviceOffline or ControlError.Timeout)
        {
            TellOnce(TransferEventKind.WaitingForDevice);
            return (false, failure);
        }
        catch (ControlException failure) when (failure.Error == ControlError.PortRefused)
        {
            TellOnce(TransferEventKind.WaitingForReceiver);
            return (false, new ControlException(
                ControlError.PortRefused,
                $"Nobody receives on {Printable.Of(_options.Device)}.",
                "Start there: kith receive",
                failure));
        }

        await using (stream.ConfigureAwait(false))
        {
            using SendSession session = new(stream, _job);
            try
            {
                await session.RunAsync(cancellationToken).ConfigureAwait(false);
                return (true, null);
            }
            catch (IOException error)
            {
                _told = null;
                _job.Tell(TransferEventKind.LinkLost, totals: _job.Count.Read());
                return (false, Unfinished(ControlError.ConnectionLost, $"The link to {Printable.Of(_options.Device)} was lost", error));
            }
            catch (TransferStoppedException stop) when (stop.Stop.Reason == StopReason.Stopped)
            {
                _told = null;
                TellOnce(TransferEventKind.WaitingForReceiver);
                return (false, Unfinished(ControlError.TransferStopped, $"{Printable.Of(_options.Device)} stopped receiving", stop));
            }
            catch (TransferStoppedException stop)
            {
                stream.Abort();
                throw Translate(stop.Stop);
            }
            catch (TransferRefusedException refused)
            {
                throw new ControlException(
                    ControlError.TransferRefused,
                    $"{Printable.Of(_options.Device)} does not take it: {refused.Message}.",
                    "Ask whoever uses that device.",
                    refused);
            }
            catch (TransferProtocolException error)
            {
                stream.Abort();
                throw Unfinished(ControlError.TransferStopped, $"{Printable.Of(_options.Device)} broke the protocol ({error.Message})", error);
            }
        }
    }

    private ControlException Translate(StopRecord stop) => stop.Reason switch
    {
        StopReason.DiskFull => Unfinished(ControlError.TargetFull, $"The disk of {Printable.Of(_options.Device)} is full", null, "Make room there, then send"),
        StopReason.NotPermitted => Unfinished(ControlError.TargetNotWritable, $"{Printable.Of(_options.Device)} may not write where it receives", null),
        _ => Unfinished(ControlError.TransferStopped, $"{Printable.Of(_options.Device)} could not go on: {Printable.Of(stop.Text)}", null),
    };

    private ControlException Unfinished(ControlError error, string what, Exception? cause, string advice = "Send")
    {
        TransferTotals totals = _job.Count.Read();
        return new ControlException(
            error,
            $"{what}: {totals.Received + totals.Identical} of {totals.Files} files are there.",
            $"{advice} it again: it goes on from where it was.",
            cause);
    }

    private void TellOnce(TransferEventKind what)
    {
        if (_told != what)
        {
            _told = what;
            _job.Tell(what);
        }
    }
}
