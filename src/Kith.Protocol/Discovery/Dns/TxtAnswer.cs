using System.Diagnostics.CodeAnalysis;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>A resolver's answer to a question for TXT records.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Texts">The strings of each record put together, at most <see cref="TextsMax"/>; other people's among them.</param>
public sealed record TxtAnswer(TxtOutcome Outcome, IReadOnlyList<byte[]> Texts)
{
    /// <summary>Records of a name that are looked at.</summary>
    public const int TextsMax = 16;

    /// <summary>The longest datagram that is asked for (the size that passes everywhere).</summary>
    public const ushort DatagramBytesMax = 1232;

    /// <summary>Writes a question with the wish for recursion and room for <see cref="DatagramBytesMax"/> (RFC 6891); returns its length.</summary>
    public static int WriteQuestion(Span<byte> destination, ushort id, DnsName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        DnsMessage question = new()
        {
            Id = id,
            Flags = DnsFlags.RecursionDesired,
            Questions = [new DnsQuestion(name, DnsType.Text)],
            Additionals = [new DnsRecord(DnsName.Root, DnsType.Options, DatagramBytesMax, 0, [])],
        };
        return question.Encode(destination);
    }

    /// <summary>Reads an answer; false if it is none to this question. Records are taken whatever name they hang on, as an alias may lead there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ushort id, DnsName name, [NotNullWhen(true)] out TxtAnswer? answer)
    {
        ArgumentNullException.ThrowIfNull(name);
        answer = null;
        if (!DnsMessage.TryDecode(message, out DnsMessage? decoded) || !decoded.IsResponse || decoded.Id != id || (decoded.Flags & DnsFlags.OpcodeMask) != 0
            || decoded.Questions is not [{ Type: DnsType.Text } question] || !question.Name.Equals(name))
        {
            return false;
        }

        List<byte[]> texts = [];
        foreach (DnsRecord record in decoded.Answers)
        {
            if (record is { Type: DnsType.Text, Class: DnsRecord.ClassInternet } && texts.Count < TextsMax && TryJoin(record.Data, out byte[]? text))
            {
                texts.Add(text);
            }
        }

        TxtOutcome outcome = (decoded.Flags & DnsFlags.Truncated) != 0 ? TxtOutcome.Truncated : (DnsResponseCode)(decoded.Flags & DnsFlags.CodeMask) switch
        {
            DnsResponseCode.NoError => texts.Count > 0 ? TxtOutcome.Found : TxtOutcome.NoRecord,
            DnsResponseCode.NameError => TxtOutcome.NoName,
            _ => TxtOutcome.Failed,
        };
        answer = new TxtAnswer(outcome, outcome == TxtOutcome.Found ? texts : []);
        return true;
    }

    /// <summary>Puts the strings of a record's data together (RFC 1035 section 3.3.14); false if they do not fill it exactly.</summary>
    public static bool TryJoin(ReadOnlySpan<byte> data, [NotNullWhen(true)] out byte[]? text)
    {
        text = null;
        List<byte> joined = [];
        while (!data.IsEmpty)
        {
            int length = data[0];
            if (length >= data.Length)
            {
                return false;
            }

            joined.AddRange(data.Slice(1, length));
            data = data[(1 + length)..];
        }

        text = [.. joined];
        return true;
    }
}
