using Kith.Apps.Sending.Incoming;
using Kith.Apps.Sending.Wire;

namespace Kith.Tests.Sending;

/// <summary>The records of `kith/send/1`.</summary>
public class WireTests
{
    public static TheoryData<string> Records => [.. WireSamples.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Records))]
    public void a_record_comes_back_as_it_went(string name)
    {
        (_, byte[] body, Func<byte[], byte[]?> again) = Sample(name);
        Assert.Equal(body, again(body));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void a_record_that_is_cut_or_too_long_is_refused(string name)
    {
        (_, byte[] body, Func<byte[], byte[]?> again) = Sample(name);
        for (int length = 0; length < body.Length; length++)
        {
            Assert.Null(again(body[..length]));
        }

        Assert.Null(again([.. body, 0]));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void what_is_accepted_with_a_bit_flipped_encodes_to_the_same(string name)
    {
        (_, byte[] body, Func<byte[], byte[]?> again) = Sample(name);
        for (int bit = 0; bit < body.Length * 8; bit++)
        {
            byte[] changed = [.. body];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (again(changed) is { } encoded)
            {
                Assert.Equal(changed, encoded);
            }
        }
    }

    [Fact]
    public void vectors_of_the_protocol_document()
    {
        Assert.Equal("01000000000000000100000000000000020000000000000003000000000000000400000005000670686f746f73", Text("hello"));
        Assert.Equal("000000000000000515ef7370b3fb511501a400076120622e747874", Text("file"));
        Assert.Equal("00000009000000000000000515ef7370b3fb511501a40000000000000003", Text("begin"));
        Assert.Equal("000000090002" + "0000000000000002" + WireSamples.Hash + "0000000000000005" + WireSamples.Hash, Text("verdict"));
        Assert.Equal("00000009030003776879", Text("outcome"));
        byte[] header = new byte[RecordHeader.Bytes];
        new RecordHeader(RecordKind.Outcome, 10).Encode(header);
        Assert.Equal("2200000a", Convert.ToHexStringLower(header));
        Assert.Equal(
            new PartialName(".kith-oqq1b8jigfxr46ac.part", ".kith-oqq1b8jigfxr46ac.journal"),
            PartialName.Of(MemoryNetwork.Laptop.Id, "photo.jpg"));
        byte[] journal = new byte[PartialJournal.Bytes];
        new PartialJournal(WireSamples.Details, 3).Encode(journal);
        Assert.Equal("4b69746850727401000000000000000515ef7370b3fb511501a400000000000000037f297451997729ba", Convert.ToHexStringLower(journal));
    }

    [Fact]
    public void a_record_larger_than_any_may_be_is_refused()
    {
        byte[] header = new byte[RecordHeader.Bytes];
        new RecordHeader(RecordKind.Data, SendLimits.BodyBytesMax).Encode(header);
        Assert.True(RecordHeader.TryDecode(header, out _));
        new RecordHeader(RecordKind.Data, SendLimits.BodyBytesMax + 1).Encode(header);
        Assert.False(RecordHeader.TryDecode(header, out _));
        Assert.True(WholeRecord.PrefixBytes + SendLimits.DataBytesMax <= SendLimits.BodyBytesMax);
    }

    [Fact]
    public void a_journal_that_is_torn_or_changed_counts_as_none()
    {
        byte[] journal = new byte[PartialJournal.Bytes];
        new PartialJournal(WireSamples.Details, 3).Encode(journal);
        Assert.True(PartialJournal.TryDecode(journal, out PartialJournal read));
        Assert.Equal(new PartialJournal(WireSamples.Details, 3), read);
        for (int bit = 0; bit < journal.Length * 8; bit++)
        {
            byte[] changed = [.. journal];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(PartialJournal.TryDecode(changed, out _));
        }

        Assert.False(PartialJournal.TryDecode(journal.AsSpan(0, journal.Length - 1), out _));
    }

    private static (string Name, byte[] Body, Func<byte[], byte[]?> Again) Sample(string name) => WireSamples.All.Single(sample => sample.Name == name);

    private static string Text(string name) => Convert.ToHexStringLower(Sample(name).Body);
}
