using System.Text;
using Kith.Protocol.Discovery.Dns;

namespace Kith.Tests.Discovery.Dns;

/// <summary>Questions for TXT records and their answers (RFC 1035).</summary>
public sealed class TxtAnswerTests
{
    private static readonly DnsName s_name = DnsName.Parse("_kith.nas.example.org");

    [Fact]
    public void a_question_asks_for_recursion_and_offers_room()
    {
        byte[] buffer = new byte[512];
        int length = TxtAnswer.WriteQuestion(buffer, 0xABCD, s_name);
        Assert.Equal("abcd01000001000000000001" + "055f6b697468036e6173076578616d706c65036f726700" + "00100001" + "00002904d0000000000000", Convert.ToHexStringLower(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void strings_of_a_record_are_put_together_also_behind_an_alias()
    {
        DnsRecord alias = new(s_name, (DnsType)5, DnsRecord.ClassInternet, 60, DnsName.Parse("other.example").Wire.ToArray());
        DnsRecord text = new(DnsName.Parse("other.example"), DnsType.Text, DnsRecord.ClassInternet, 60, [3, .. "abc"u8, 0, 2, .. "de"u8]);
        Assert.True(TxtAnswer.TryRead(Answer(0, alias, text), 7, s_name, out TxtAnswer? answer));
        Assert.Equal(TxtOutcome.Found, answer.Outcome);
        Assert.Equal("abcde", Encoding.ASCII.GetString(Assert.Single(answer.Texts)));
    }

    [Theory]
    [InlineData(0, TxtOutcome.NoRecord)]
    [InlineData(3, TxtOutcome.NoName)]
    [InlineData(2, TxtOutcome.Failed)]
    [InlineData(5, TxtOutcome.Failed)]
    [InlineData(0x200, TxtOutcome.Truncated)]
    public void what_came_of_it_is_told(int flags, TxtOutcome outcome)
    {
        Assert.True(TxtAnswer.TryRead(Answer((ushort)flags), 7, s_name, out TxtAnswer? answer));
        Assert.Equal(outcome, answer.Outcome);
        Assert.Empty(answer.Texts);
    }

    [Fact]
    public void what_answers_something_else_is_passed_over()
    {
        byte[] good = Answer(0, Text("x"));
        Assert.False(TxtAnswer.TryRead(good, 8, s_name, out _));
        Assert.False(TxtAnswer.TryRead(good, 7, DnsName.Parse("nas.example.org"), out _));
        byte[] question = [.. good];
        question[2] &= 0x7F;
        Assert.False(TxtAnswer.TryRead(question, 7, s_name, out _));
        for (int cut = 0; cut < good.Length; cut++)
        {
            Assert.False(TxtAnswer.TryRead(good.AsSpan(0, cut), 7, s_name, out _));
        }

        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] flipped = [.. good];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            TxtAnswer.TryRead(flipped, 7, s_name, out _);
        }
    }

    [Fact]
    public void no_more_records_are_looked_at_than_the_maximum_and_broken_ones_not_at_all()
    {
        Assert.True(TxtAnswer.TryRead(Answer(0, [.. Enumerable.Range(0, 40).Select(i => Text($"{i}"))]), 7, s_name, out TxtAnswer? answer));
        Assert.Equal(TxtAnswer.TextsMax, answer.Texts.Count);
        Assert.True(TxtAnswer.TryRead(Answer(0, new DnsRecord(s_name, DnsType.Text, DnsRecord.ClassInternet, 60, [9, 1])), 7, s_name, out answer));
        Assert.Equal(TxtOutcome.NoRecord, answer.Outcome);
    }

    private static DnsRecord Text(string text) => new(s_name, DnsType.Text, DnsRecord.ClassInternet, 60, [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);

    private static byte[] Answer(ushort flags, params DnsRecord[] records)
    {
        byte[] buffer = new byte[DnsMessage.BytesMax];
        DnsMessage message = new() { Id = 7, Flags = (ushort)(DnsFlags.Response | flags), Questions = [new DnsQuestion(s_name, DnsType.Text)], Answers = records };
        return buffer[..message.Encode(buffer)];
    }
}
