using System.Threading.Channels;
using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;
using Kith.Node;

namespace Kith.Apps.Sending.Incoming;

/// <summary>One stream of a receiver from its first record on: who is it, is it wanted, and then a <see cref="ReceiveSession"/>.</summary>
internal sealed class ReceiveConnection(KithStream stream, ReceiveContext context, TransferGate gate) : IDisposable
{
    private static readonly TimeSpan HelloLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(2);

    private readonly RecordReader _reader = new(stream);
    private readonly RecordWriter _writer = new(stream);

    /// <summary>Receives; returns the numbers if the transfer came to its end, and null otherwise.</summary>
    public async Task<TransferTotals?> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource writerEnding = new();
        Task writing = Task.Run(() => _writer.RunAsync(writerEnding.Token), CancellationToken.None);
        try
        {
            HelloRecord hello = await ReadHelloAsync(cancellationToken).ConfigureAwait(false);
            return await EnterAsync(hello, writing, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or TransferProtocolException or OperationCanceledException)
        {
            // A stream without a transfer on it: nothing that anybody here waits for.
            return null;
        }
        finally
        {
            _writer.Complete();
            await Task.WhenAny(writing, Task.Delay(LastWordsLimit, CancellationToken.None)).ConfigureAwait(false);
            await writerEnding.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private async Task<HelloRecord> ReadHelloAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(HelloLimit);
        Record record = await _reader.ReadAsync(limit.Token).ConfigureAwait(false);
        try
        {
            return record.Kind == RecordKind.Hello && HelloRecord.TryDecode(record.Body.Span, out HelloRecord? hello)
                ? hello
                : throw new TransferProtocolException("no greeting of this version");
        }
        finally
        {
            record.Return();
        }
    }

    private async Task<TransferTotals?> EnterAsync(HelloRecord hello, Task writing, CancellationToken cancellationToken)
    {
        using CancellationTokenSource replaced = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ActiveTransfer mine = new(hello.Transfer, replaced, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        while (!gate.TryEnter(stream.Peer.Id, mine, out ActiveTransfer other))
        {
            if (other.Transfer == mine.Transfer)
            {
                await other.Stop.CancelAsync().ConfigureAwait(false);
            }
            else
            {
                await _writer.WriteAsync(new AnswerRecord(AnswerKind.Asking), cancellationToken).ConfigureAwait(false);
            }

            if (await Task.WhenAny(other.Ended.Task, writing).WaitAsync(cancellationToken).ConfigureAwait(false) == writing)
            {
                return null;
            }
        }

        try
        {
            return await IsWantedAsync(hello, writing, replaced.Token).ConfigureAwait(false)
                ? await ReceiveAsync(hello, writing, replaced.Token).ConfigureAwait(false)
                : null;
        }
        finally
        {
            gate.Leave(stream.Peer.Id, mine);
        }
    }

    private async Task<bool> IsWantedAsync(HelloRecord hello, Task writing, CancellationToken cancellationToken)
    {
        KithPeer peer = stream.Peer;
        bool isWanted = context.IsTrusted(peer) || gate.WasAccepted(peer.Id, hello.Transfer);
        string reason = "whoever sits there does not want it";
        if (!isWanted && context.Questions is null)
        {
            reason = $"it asks nobody: it was started without a terminal; there, say --from {peer.Name} or --yes";
        }
        else if (!isWanted)
        {
            await _writer.WriteAsync(new AnswerRecord(AnswerKind.Asking), cancellationToken).ConfigureAwait(false);
            IncomingOffer offer = new(peer, hello.Files, hello.Bytes, hello.Roots, Printable.Of(hello.First));
            using CancellationTokenSource unasked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<bool> asking = context.Questions!.AcceptAsync(offer, unasked.Token);
            if (await Task.WhenAny(asking, writing).ConfigureAwait(false) == writing)
            {
                await unasked.CancelAsync().ConfigureAwait(false);
                context.Tell(new TransferEvent(TransferEventKind.LinkLost, peer.Name, Reason: "the sender went away"));
                return false;
            }

            isWanted = await asking.ConfigureAwait(false);
        }

        if (isWanted)
        {
            gate.Accept(peer.Id, hello.Transfer);
        }

        await _writer.WriteAsync(isWanted ? new AnswerRecord(AnswerKind.Accepted) : new AnswerRecord(AnswerKind.Refused, reason), cancellationToken).ConfigureAwait(false);
        return isWanted;
    }

    private async Task<TransferTotals?> ReceiveAsync(HelloRecord hello, Task writing, CancellationToken cancellationToken)
    {
        using ReceiveSession session = new(context, stream.Peer, _reader, _writer, hello);
        using IDisposable shown = context.Show(session.Count);
        string device = stream.Peer.Name;
        context.Tell(new TransferEvent(TransferEventKind.Started, device, Totals: session.Count.Read()));
        ReceiveEnd end = await session.RunAsync(writing, cancellationToken).ConfigureAwait(false);
        TransferTotals totals = session.Count.Read();
        context.Tell(end switch
        {
            ReceiveEnd.Done => new TransferEvent(TransferEventKind.Done, device, Totals: totals),
            ReceiveEnd.Lost => new TransferEvent(TransferEventKind.LinkLost, device, Reason: session.Reason, Totals: totals),
            ReceiveEnd.Stopped => new TransferEvent(TransferEventKind.Stopped, device, Reason: "the sender stopped", Totals: totals),
            _ => new TransferEvent(TransferEventKind.Stopped, device, Reason: session.Reason, Totals: totals),
        });
        if (end != ReceiveEnd.Done)
        {
            return null;
        }

        await WaitForEndAsync(writing).ConfigureAwait(false);
        return totals;
    }

    /// <summary>The sender closes when it has heard that all is done: closing first could take that from it.</summary>
    private async Task WaitForEndAsync(Task writing)
    {
        using CancellationTokenSource limit = new(LastWordsLimit);
        try
        {
            _writer.Complete();
            await writing.WaitAsync(limit.Token).ConfigureAwait(false);
            await stream.CompleteWritesAsync(limit.Token).ConfigureAwait(false);
            while (true)
            {
                (await _reader.ReadAsync(limit.Token).ConfigureAwait(false)).Return();
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or TransferProtocolException)
        {
            // It has closed, or will notice.
        }
    }
}
