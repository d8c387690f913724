using Kith.Apps.Sending.Incoming;
using Kith.Apps.Sending.Wire;
using Kith.Fuzz.Coverage;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The records of `kith/send/1` and the journal of an unfinished file. The first byte chooses.</summary>
[Covers(
    typeof(Apps.Sending.Wire.AbandonRecord), typeof(Apps.Sending.Wire.AnswerRecord), typeof(Apps.Sending.Wire.BeginRecord), typeof(Apps.Sending.Wire.Bytes16),
    typeof(Apps.Sending.Wire.ComparedRecord), typeof(Apps.Sending.Wire.EndRecord), typeof(Apps.Sending.Wire.EntryDetails), typeof(Apps.Sending.Wire.FileRecord),
    typeof(Apps.Sending.Wire.FolderRecord), typeof(Apps.Sending.Wire.HelloRecord), typeof(Apps.Sending.Wire.LeaveRecord), typeof(Apps.Sending.Wire.LinkRecord),
    typeof(Apps.Sending.Wire.OutcomeRecord), typeof(Apps.Sending.Wire.ResumePoint), typeof(Apps.Sending.Wire.StopRecord), typeof(Apps.Sending.Wire.VerdictRecord),
    typeof(Apps.Sending.Wire.WholeRecord), typeof(Apps.Sending.Wire.WireText), typeof(Apps.Sending.Wire.RecordHeader), typeof(Apps.Sending.Incoming.PartialJournal))]
internal sealed class SendRecordTarget : IFuzzTarget
{
    private static readonly Bytes32 Hash = new([.. Enumerable.Repeat((byte)0xAB, 32)]);
    private static readonly EntryDetails Details = new(5, 1_580_608_922_123_456_789, 0x1A4);

    private readonly byte[] _again = new byte[8192];

    public string Name => "send-record";

    public int InputBytesMax => 4096;

    public IEnumerable<byte[]> Corpus =>
    [
        Sample(new HelloRecord(new Bytes16(1, 2), 3, 4, 5, "photos")),
        Sample(new FolderRecord("photos")),
        Sample(new FileRecord(Details, "a b.txt")),
        Sample(new LinkRecord(-7, "link", "../a")),
        Sample(new LeaveRecord(Details with { Size = 0 })),
        [(byte)RecordKind.Whole, .. Encoded(new WholeRecord(9, Details, Hash), WholeRecord.PrefixBytes), .. "hello"u8],
        Sample(new BeginRecord(9, Details, 3)),
        Sample(new EndRecord(Hash)),
        Sample(new AbandonRecord(9)),
        Sample(new ComparedRecord(9, true)),
        Sample(new AnswerRecord(AnswerKind.Refused, "no")),
        Sample(new VerdictRecord(9, VerdictKind.Send, [new ResumePoint(2, Hash), new ResumePoint(5, Hash)])),
        Sample(new OutcomeRecord(9, OutcomeKind.Failed, "why")),
        Sample(new StopRecord(StopReason.DiskFull, "full")),
        Journal(),
        [0xFF, 3, 0, 0, 9],
        [0xFF, 7, 3, 0xFF, 0xFC],
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> body = input[1..];
        if (input[0] == 0xFF)
        {
            if (!RecordHeader.TryDecode(body, out RecordHeader header))
            {
                return false;
            }

            header.Encode(_again);
            Oracle.Same(body[..RecordHeader.Bytes], _again.AsSpan(0, RecordHeader.Bytes), "a header written again");
            Oracle.True(header.BodyBytes <= SendLimits.BodyBytesMax, "a record larger than any may be");
            return true;
        }

        if (input[0] == 0)
        {
            if (!PartialJournal.TryDecode(body, out PartialJournal journal))
            {
                return false;
            }

            journal.Encode(_again);
            Oracle.Same(body, _again.AsSpan(0, PartialJournal.Bytes), "a journal written again");
            return true;
        }

        if (input[0] == (byte)RecordKind.Whole)
        {
            if (!WholeRecord.TryDecode(body, out WholeRecord whole))
            {
                return false;
            }

            Oracle.Same(body[..WholeRecord.PrefixBytes], _again.AsSpan(0, whole.Encode(_again)), "what stands before a file");
            return true;
        }

        if (Decode((RecordKind)input[0], body) is not { } record)
        {
            return false;
        }

        Oracle.Equal(body.Length, record.BodyBytes, "the length it says");
        Oracle.Same(body, _again.AsSpan(0, record.Encode(_again)), "a record written again");
        return true;
    }

    private static IRecordBody? Decode(RecordKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case RecordKind.Hello:
                return HelloRecord.TryDecode(body, out HelloRecord? hello) ? hello : null;
            case RecordKind.Enter:
                FolderRecord.TryDecode(body, out FolderRecord? folder);
                Oracle.True(folder is null || IsSafe(folder.Name), "a name that leads elsewhere");
                return folder;
            case RecordKind.File:
                FileRecord.TryDecode(body, out FileRecord? file);
                Oracle.True(file is null || IsSafe(file.Name), "a name that leads elsewhere");
                return file;
            case RecordKind.Link:
                LinkRecord.TryDecode(body, out LinkRecord? link);
                Oracle.True(link is null || IsSafe(link.Name), "a name that leads elsewhere");
                Oracle.True(link is null || !LinkTarget.StaysInside(link.Target, 3) || Lands(link.Target, 3), "a link that leads out");
                return link;
            case RecordKind.Leave:
                return LeaveRecord.TryDecode(body, out LeaveRecord leave) ? leave : null;
            case RecordKind.Begin:
                return BeginRecord.TryDecode(body, out BeginRecord begin) ? begin : null;
            case RecordKind.End:
                return EndRecord.TryDecode(body, out EndRecord end) ? end : null;
            case RecordKind.Abandon:
                return AbandonRecord.TryDecode(body, out AbandonRecord abandon) ? abandon : null;
            case RecordKind.Compared:
                return ComparedRecord.TryDecode(body, out ComparedRecord compared) ? compared : null;
            case RecordKind.Answer:
                return AnswerRecord.TryDecode(body, out AnswerRecord? answer) ? answer : null;
            case RecordKind.Verdict:
                return VerdictRecord.TryDecode(body, out VerdictRecord? verdict) ? verdict : null;
            case RecordKind.Outcome:
                return OutcomeRecord.TryDecode(body, out OutcomeRecord? outcome) ? outcome : null;
            case RecordKind.Stop:
                return StopRecord.TryDecode(body, out StopRecord? stop) ? stop : null;
            default:
                return null;
        }
    }

    private static bool IsSafe(string name) => name.Length > 0 && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal);

    /// <summary>Walks a target from a folder so deep, counting; true if it never leaves.</summary>
    private static bool Lands(string target, int depth)
    {
        foreach (string part in target.Split('/'))
        {
            depth += part is ".." ? -1 : part is "" or "." ? 0 : 1;
            if (depth < 1)
            {
                return false;
            }
        }

        return target[0] != '/';
    }

    private static byte[] Sample<T>(T record)
        where T : IRecordBody => [(byte)record.Kind, .. Encoded(record, record.BodyBytes)];

    private static byte[] Encoded<T>(T record, int length)
        where T : IRecordBody
    {
        byte[] body = new byte[length];
        record.Encode(body);
        return body;
    }

    private static byte[] Journal()
    {
        byte[] bytes = new byte[1 + PartialJournal.Bytes];
        new PartialJournal(Details, 3).Encode(bytes.AsSpan(1));
        return bytes;
    }
}
