using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>
/// A DNS message (RFC 1035 section 4), for multicast DNS and for the name responder. Reading follows compression and takes it out of the data of
/// types that may have it; writing compresses owner names.
/// </summary>
public sealed class DnsMessage
{
    /// <summary>The most questions in a message that is read.</summary>
    public const int QuestionsMax = 32;

    /// <summary>The most records in a message that is read, over all sections.</summary>
    public const int RecordsMax = 128;

    /// <summary>The largest message that is read; what multicast DNS allows (RFC 6762 section 17).</summary>
    public const int BytesMax = 9000;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderBytes = 12;

    /// <summary>The number that a response has in common with its query; zero in multicast DNS.</summary>
    public ushort Id { get; init; }

    /// <summary>See <see cref="DnsFlags"/>.</summary>
    public ushort Flags { get; init; }

    /// <summary>What is asked.</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>What is answered.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>Who would know.</summary>
    public IReadOnlyList<DnsRecord> Authorities { get; init; } = [];

    /// <summary>What may be of use besides.</summary>
    public IReadOnlyList<DnsRecord> Additionals { get; init; } = [];

    /// <summary>Whether this is a response.</summary>
    public bool IsResponse => (Flags & DnsFlags.Response) != 0;

    /// <summary>Reads a message; false if malformed, larger than <see cref="BytesMax"/>, of more entries than allowed, or followed by anything.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> message, [NotNullWhen(true)] out DnsMessage? decoded)
    {
        decoded = null;
        if (message.Length is < HeaderBytes or > BytesMax)
        {
            return false;
        }

        int questionCount = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answerCount = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int authorityCount = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int additionalCount = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (questionCount > QuestionsMax || answerCount + authorityCount + additionalCount > RecordsMax)
        {
            return false;
        }

        int position = HeaderBytes;
        DnsQuestion[] questions = new DnsQuestion[questionCount];
        for (int i = 0; i < questionCount; i++)
        {
            if (!DnsName.TryRead(message, ref position, out DnsName? name) || position + 4 > message.Length)
            {
                return false;
            }

            questions[i] = new DnsQuestion(name, (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[position..]),
                BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]));
            position += 4;
        }

        if (!TryReadRecords(message, ref position, answerCount, out DnsRecord[] answers)
            || !TryReadRecords(message, ref position, authorityCount, out DnsRecord[] authorities)
            || !TryReadRecords(message, ref position, additionalCount, out DnsRecord[] additionals)
            || position != message.Length)
        {
            return false;
        }

        decoded = new DnsMessage
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            Questions = questions,
            Answers = answers,
            Authorities = authorities,
            Additionals = additionals,
        };
        return true;
    }

    /// <summary>Writes the message; returns its length, or 0 if the span is too small.</summary>
    public int Encode(Span<byte> destination)
    {
        DnsWriter writer = new(destination);
        writer.WriteUInt16(Id);
        writer.WriteUInt16(Flags);
        writer.WriteUInt16((ushort)Questions.Count);
        writer.WriteUInt16((ushort)Answers.Count);
        writer.WriteUInt16((ushort)Authorities.Count);
        writer.WriteUInt16((ushort)Additionals.Count);
        foreach (DnsQuestion question in Questions)
        {
            writer.WriteName(question.Name);
            writer.WriteUInt16((ushort)question.Type);
            writer.WriteUInt16(question.Class);
        }

        WriteRecords(ref writer, Answers);
        WriteRecords(ref writer, Authorities);
        WriteRecords(ref writer, Additionals);
        return writer.Overflowed ? 0 : writer.Position;
    }

    private static void WriteRecords(ref DnsWriter writer, IReadOnlyList<DnsRecord> records)
    {
        foreach (DnsRecord record in records)
        {
            writer.WriteName(record.Name);
            writer.WriteUInt16((ushort)record.Type);
            writer.WriteUInt16(record.Class);
            writer.WriteUInt32(record.TimeToLiveSeconds);
            writer.WriteUInt16((ushort)record.Data.Length);
            writer.WriteBytes(record.Data);
        }
    }

    private static bool TryReadRecords(ReadOnlySpan<byte> message, ref int position, int count, out DnsRecord[] records)
    {
        records = new DnsRecord[count];
        for (int i = 0; i < count; i++)
        {
            if (!DnsName.TryRead(message, ref position, out DnsName? name))
            {
                return false;
            }

            SpanReader reader = new(message[position..]);
            if (!reader.TryReadUInt16(out ushort type) || !reader.TryReadUInt16(out ushort dnsClass) || !reader.TryReadUInt32(out uint timeToLive)
                || !reader.TryReadUInt16(out ushort length) || reader.Remaining < length)
            {
                return false;
            }

            position += reader.Position;
            if (!TryReadData(message, position, length, (DnsType)type, out byte[]? data))
            {
                return false;
            }

            position += length;
            records[i] = new DnsRecord(name, (DnsType)type, dnsClass, timeToLive, data);
        }

        return true;
    }

    private static bool TryReadData(ReadOnlySpan<byte> message, int position, int length, DnsType type, [NotNullWhen(true)] out byte[]? data)
    {
        // The types whose names others may compress and we look into (RFC 6762 section 18.14).
        int nameAt = type switch
        {
            DnsType.Pointer or DnsType.NameServer => 0,
            DnsType.Service => 6,
            _ => -1,
        };
        data = null;
        if (nameAt < 0)
        {
            data = message.Slice(position, length).ToArray();
            return true;
        }

        // An empty one says nothing, but is well formed: it occurs in updates.
        if (length == 0)
        {
            data = [];
            return true;
        }

        int end = position + nameAt;
        if (length <= nameAt || !DnsName.TryRead(message[..(position + length)], ref end, out DnsName? name) || end != position + length)
        {
            return false;
        }

        data = [.. message.Slice(position, nameAt), .. name.Wire];
        return true;
    }
}
