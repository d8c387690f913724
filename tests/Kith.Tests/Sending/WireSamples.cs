using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;

namespace Kith.Tests.Sending;

/// <summary>One record of each kind, and how to read it again.</summary>
internal static class WireSamples
{
    public static readonly Bytes32 Hash = new([.. Enumerable.Repeat((byte)0xAB, 32)]);
    public static readonly EntryDetails Details = new(5, 1_580_608_922_123_456_789, 0x1A4);

    public static readonly (string Name, byte[] Body, Func<byte[], byte[]?> Again)[] All =
    [
        ("hello", Encoded(new HelloRecord(new Bytes16(1, 2), 3, 4, 5, "photos")), body => HelloRecord.TryDecode(body, out HelloRecord? value) ? Encoded(value) : null),
        ("folder", Encoded(new FolderRecord("photos")), body => FolderRecord.TryDecode(body, out FolderRecord? value) ? Encoded(value) : null),
        ("file", Encoded(new FileRecord(Details, "a b.txt")), body => FileRecord.TryDecode(body, out FileRecord? value) ? Encoded(value) : null),
        ("link", Encoded(new LinkRecord(-7, "link", "../a")), body => LinkRecord.TryDecode(body, out LinkRecord? value) ? Encoded(value) : null),
        ("leave", Encoded(new LeaveRecord(Details with { Size = 0 })), body => LeaveRecord.TryDecode(body, out LeaveRecord value) ? Encoded(value) : null),
        ("begin", Encoded(new BeginRecord(9, Details, 3)), body => BeginRecord.TryDecode(body, out BeginRecord value) ? Encoded(value) : null),
        ("end", Encoded(new EndRecord(Hash)), body => EndRecord.TryDecode(body, out EndRecord value) ? Encoded(value) : null),
        ("whole", [.. Encoded(new WholeRecord(9, Details, Hash), WholeRecord.PrefixBytes), .. "hello"u8], WholeAgain),
        ("abandon", Encoded(new AbandonRecord(9)), body => AbandonRecord.TryDecode(body, out AbandonRecord value) ? Encoded(value) : null),
        ("compared", Encoded(new ComparedRecord(9, true)), body => ComparedRecord.TryDecode(body, out ComparedRecord value) ? Encoded(value) : null),
        ("answer", Encoded(new AnswerRecord(AnswerKind.Refused, "no")), body => AnswerRecord.TryDecode(body, out AnswerRecord? value) ? Encoded(value) : null),
        ("verdict", Encoded(new VerdictRecord(9, VerdictKind.Send, [new ResumePoint(2, Hash), new ResumePoint(5, Hash)])),
            body => VerdictRecord.TryDecode(body, out VerdictRecord? value) ? Encoded(value) : null),
        ("outcome", Encoded(new OutcomeRecord(9, OutcomeKind.Failed, "why")), body => OutcomeRecord.TryDecode(body, out OutcomeRecord? value) ? Encoded(value) : null),
        ("stop", Encoded(new StopRecord(StopReason.DiskFull, "full")), body => StopRecord.TryDecode(body, out StopRecord? value) ? Encoded(value) : null),
    ];

    public static byte[] Encoded<T>(T record)
        where T : IRecordBody => Encoded(record, record.BodyBytes);

    private static byte[] Encoded<T>(T record, int length)
        where T : IRecordBody
    {
        byte[] body = new byte[length];
        Assert.Equal(length, record.Encode(body));
        return body;
    }

    private static byte[]? WholeAgain(byte[] body) =>
        WholeRecord.TryDecode(body, out WholeRecord value) ? [.. Encoded(value, WholeRecord.PrefixBytes), .. body.AsSpan(WholeRecord.PrefixBytes)] : null;
}
