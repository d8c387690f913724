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

    private readonly IKithTransport _transport;
    private readonly SendOptions _options;
    private readonly SendJob _job;
    private readonly ITransferObserver _observer;
    private long _lastProgressAt;
    private long _lastProgress;
    private TransferEventKind? _told;

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
        await Task.Run(() => _job.Measure(cancellationToken), cancellationToken).ConfigureAwait(false);
        using IDisposable shown = _observer.Watch(_job.Count.Read, () => _job.Count.Current);
        _lastProgressAt = Stopwatch.GetTimestamp();
        TimeSpan pause = PauseMin;
        while (true)
        {
            (bool isDone, ControlException? trouble) = await TryOnceAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>One connection. False with what is in the way if it is worth another try.</summary>
    private async Task<(bool IsDone, ControlException? Trouble)> TryOnceAsync(CancellationToken cancellationToken)
    {
        KithStream stream;
        try
        {
            stream = await _transport.DialAsync(_options.Device, Receiver.Protocol, cancellationToken).ConfigureAwait(false);
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
