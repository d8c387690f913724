using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>A resolver's answer to a question for TXT records, and each text in it as a record of ours, which must not open.</summary>
[Covers(typeof(Protocol.Discovery.Dns.TxtAnswer))]
internal sealed class TxtAnswerTarget : IFuzzTarget
{
    private static readonly DnsName s_name = DnsName.Parse("_kith.a.example");
    private readonly RendezvousKey _key = RendezvousKey.ForDns(new NetworkSecret(1, new Bytes32(new byte[Bytes32.Length])));

    public string Name => "txt-answer";

    public IEnumerable<byte[]> Corpus => [Answer(0), Answer(0, [3, .. "abc"u8, 0, 1, (byte)'x']), Answer(0, [6, .. "kith1="u8], [9, 1]), Answer(3), Answer(0x200)];

    public IEnumerable<byte[]> Dictionary => ["kith1="u8.ToArray(), [0xC0, 12], [0, 16, 0, 1]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        Oracle.True(SealedText.TryOpen(_key, input) is null, "a text that nobody sealed was opened");
        if (!TxtAnswer.TryRead(input, 7, s_name, out TxtAnswer? answer))
        {
            return false;
        }

        Oracle.True(answer.Texts.Count <= TxtAnswer.TextsMax, "too many texts");
        Oracle.True(answer.Texts.Count == 0 || answer.Outcome == TxtOutcome.Found, "texts of a question that failed");
        foreach (byte[] text in answer.Texts)
        {
            Oracle.True(text.Length <= input.Length, "a text out of nothing");
            Oracle.True(SealedText.TryOpen(_key, text) is null, "a text that nobody sealed was opened");
        }

        return true;
    }

    private static byte[] Answer(ushort flags, params byte[][] texts)
    {
        byte[] buffer = new byte[DnsMessage.BytesMax];
        DnsMessage message = new()
        {
            Id = 7,
            Flags = (ushort)(DnsFlags.Response | flags),
            Questions = [new DnsQuestion(s_name, DnsType.Text)],
            Answers = [.. texts.Select(text => new DnsRecord(s_name, DnsType.Text, DnsRecord.ClassInternet, 60, text))],
        };
        return buffer[..message.Encode(buffer)];
    }
}
