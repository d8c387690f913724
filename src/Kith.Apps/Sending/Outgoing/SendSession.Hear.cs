using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>Hears what the receiver says.</summary>
internal sealed partial class SendSession
{
    /// <summary>Returns when the receiver has said that it is through.</summary>
    private async Task<bool> HearAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Record record = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (record.Kind == RecordKind.Done)
                {
                    return _open.IsEmpty ? true : throw new TransferProtocolException("it says that it is through, and is not");
                }

                Handle(record.Kind, record.Body.Span);
            }
            finally
            {
                record.Return();
            }
        }
    }

    private void Handle(RecordKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case RecordKind.Alive:
                break;
            case RecordKind.Answer when AnswerRecord.TryDecode(body, out AnswerRecord? answer):
                HandleAnswer(answer);
                break;
            case RecordKind.Verdict when VerdictRecord.TryDecode(body, out VerdictRecord? verdict):
                HandleVerdict(verdict);
                break;
            case RecordKind.Outcome when OutcomeRecord.TryDecode(body, out OutcomeRecord? outcome):
                HandleOutcome(outcome);
                break;
            case RecordKind.Stop when StopRecord.TryDecode(body, out StopRecord? stop):
                throw new TransferStoppedException(stop);
            default:
                throw new TransferProtocolException($"a record that is not understood ({(byte)kind})");
        }
    }

    private void HandleAnswer(AnswerRecord answer)
    {
        switch (answer.Answer)
        {
            case AnswerKind.Accepted:
                job.Tell(TransferEventKind.Started, totals: job.Count.Read());
                _accepted.TrySetResult();
                break;
            case AnswerKind.Asking:
                job.Tell(TransferEventKind.Asking);
                break;
            default:
                throw new TransferRefusedException(Printable.Of(answer.Reason));
        }
    }

    private void HandleVerdict(VerdictRecord verdict)
    {
        if (!_open.TryGetValue(verdict.Index, out SourceFile? file) || !file.TryWant(verdict))
        {
            throw new TransferProtocolException("a verdict on no file that waits for one");
        }

        bool isSmall = verdict.Verdict == VerdictKind.Send && file.Item.Details.Size <= SendLimits.DataBytesMax;
        (isSmall ? _small : _large).Writer.TryWrite(file);
    }

    private void HandleOutcome(OutcomeRecord outcome)
    {
        if (!_open.TryRemove(outcome.Index, out SourceFile? file))
        {
            throw new TransferProtocolException("an outcome of no file that waits for one");
        }

        file.Settle();
        job.Count.Skip(file.Item.Details.Size - file.BytesCounted);
        job.Settle(
            file.Item.Shown,
            outcome.Outcome switch
            {
                OutcomeKind.Received => TransferEventKind.Received,
                OutcomeKind.Identical => TransferEventKind.Identical,
                OutcomeKind.Kept => TransferEventKind.Kept,
                _ => TransferEventKind.Failed,
            },
            Printable.Of(outcome.Reason));
        file.Folder?.Release();
        _entrySlots.Release();
    }
}
