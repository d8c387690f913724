using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>
/// Answers questions about a <see cref="NameTable"/>: A, AAAA and PTR, as the authority for the suffix and the networks' ranges of addresses; anything else is
/// refused, never forwarded. Pure: bytes in, bytes out. Immutable and safe to use from any thread.
/// </summary>
public sealed class NameResponder
{
    /// <summary>How long answers may be kept: short, because members come and go.</summary>
    public const uint SecondsToLive = 10;

    /// <summary>The largest UDP answer to a query without extended DNS (RFC 1035 section 2.3.4).</summary>
    public const int PlainBytesMax = 512;

    /// <summary>The largest UDP answer at all: no fragments on any IPv6 path.</summary>
    public const int ExtendedBytesMax = 1232;

    /// <summary>The largest query that is read.</summary>
    public const int QueryBytesMax = 4096;

    private readonly NameTable _table;
    private readonly Dictionary<DnsName, List<DnsRecord>> _records = [];
    private readonly HashSet<DnsName> _inner = [];
    private readonly List<DnsName> _zones;

    /// <summary>Prepares the answers.</summary>
    public NameResponder(NameTable table)
    {
        _table = table;
        _zones = [table.Suffix, .. table.Prefixes.SelectMany(ReverseName.ZonesOf).Distinct()];
        foreach (NameEntry entry in table.Entries)
        {
            DnsName fullName = DnsName.Parse(entry.FullName);
            foreach (InternetAddress address in entry.Addresses)
            {
                Add(DnsRecord.ForAddress(fullName, SecondsToLive, address));
                Add(DnsRecord.Pointer(ReverseName.Of(address), SecondsToLive, fullName));
                if (entry.ShortName is not null)
                {
                    Add(DnsRecord.ForAddress(DnsName.Parse(entry.ShortName), SecondsToLive, address));
                }
            }
        }

        foreach (string domain in table.SearchDomains)
        {
            AddInner(DnsName.Parse(domain));
        }
    }

    /// <summary>
    /// Writes the answer to a query; returns its length, or 0 if it deserves none (it is too short, or an answer itself). Over UDP what does not fit is cut off and marked so; the
    /// response span holds at least <see cref="PlainBytesMax"/> bytes, for TCP as many as are allowed.
    /// </summary>
    public int Respond(ReadOnlySpan<byte> query, Span<byte> response, bool tcp)
    {
        if (query.Length < DnsMessage.HeaderBytes || (query[2] & 0x80) != 0)
        {
            return 0;
        }

        DnsMessage? asked = null;
        if (query.Length > QueryBytesMax || !DnsMessage.TryDecode(query, out asked) || asked.Questions.Count != 1)
        {
            bool isOtherKind = asked is not null && (asked.Flags & DnsFlags.OpcodeMask) != 0;
            return Empty(query, isOtherKind ? DnsResponseCode.NotImplemented : DnsResponseCode.FormatError).Encode(response);
        }

        if ((asked.Flags & DnsFlags.OpcodeMask) != 0)
        {
            return Empty(query, DnsResponseCode.NotImplemented).Encode(response);
        }

        DnsRecord? options = asked.Additionals.FirstOrDefault(static record => record.Type == DnsType.Options);
        DnsMessage answer = Answer(asked, options);
        int room = tcp ? response.Length : Math.Min(response.Length, options is null ? PlainBytesMax : Math.Clamp((int)options.Class, PlainBytesMax, ExtendedBytesMax));
        int length = answer.Encode(response[..room]);
        return length > 0 ? length : Cut(answer).Encode(response[..room]);
    }

    private static DnsMessage Empty(ReadOnlySpan<byte> query, DnsResponseCode code) => new()
    {
        Id = BinaryPrimitives.ReadUInt16BigEndian(query),
        Flags = (ushort)(DnsFlags.Response | (BinaryPrimitives.ReadUInt16BigEndian(query[2..]) & (DnsFlags.OpcodeMask | DnsFlags.RecursionDesired)) | (int)code),
    };

    private static DnsMessage Cut(DnsMessage answer) => new()
    {
        Id = answer.Id,
        Flags = (ushort)(answer.Flags | DnsFlags.Truncated),
        Questions = answer.Questions,
        Additionals = [.. answer.Additionals.Where(static record => record.Type == DnsType.Options)],
    };

    private DnsMessage Answer(DnsMessage asked, DnsRecord? options)
    {
        DnsQuestion question = asked.Questions[0];
        (DnsResponseCode code, DnsName? zone, List<DnsRecord> answers) = LookUp(question);
        ushort flags = (ushort)(DnsFlags.Response | (asked.Flags & DnsFlags.RecursionDesired) | (zone is null ? 0 : DnsFlags.Authoritative) | (int)code);
        List<DnsRecord> additionals = [];
        if (options is not null)
        {
            // RFC 6891 section 6.1.3: the version is the second byte of the lifetime; of another one than 0 we only say so.
            const uint BadVersion = 1u << 24;
            bool isUnknown = ((options.TimeToLiveSeconds >> 16) & 0xFF) != 0;
            answers = isUnknown ? [] : answers;
            zone = isUnknown ? null : zone;
            flags = isUnknown ? (ushort)(flags & ~(DnsFlags.CodeMask | DnsFlags.Authoritative)) : flags;
            additionals.Add(new DnsRecord(DnsName.Root, DnsType.Options, ExtendedBytesMax, isUnknown ? BadVersion : 0, []));
        }

        return new DnsMessage
        {
            Id = asked.Id,
            Flags = flags,
            Questions = asked.Questions,
            Answers = answers,
            Authorities = zone is not null && answers.Count == 0 ? [StartOfAuthority(zone)] : [],
            Additionals = additionals,
        };
    }

    private (DnsResponseCode Code, DnsName? Zone, List<DnsRecord> Answers) LookUp(DnsQuestion question)
    {
        DnsName? zone = _zones.Find(question.Name.IsWithin);
        bool isKnown = _records.TryGetValue(question.Name, out List<DnsRecord>? records);

        // A device's name alone is in no zone of ours: where it is not known, another responder may know it.
        if ((zone is null && !isKnown) || question.Class is not (DnsRecord.ClassInternet or DnsRecord.ClassAny))
        {
            return (DnsResponseCode.Refused, null, []);
        }

        List<DnsRecord> answers = [.. (records ?? []).Where(record => question.Type == record.Type || question.Type == DnsType.Any)];
        if (zone is not null && question.Name.Equals(zone))
        {
            if (question.Type is DnsType.StartOfAuthority or DnsType.Any)
            {
                answers.Add(StartOfAuthority(zone));
            }

            return (DnsResponseCode.NoError, zone, answers);
        }

        return (isKnown || _inner.Contains(question.Name) ? DnsResponseCode.NoError : DnsResponseCode.NameError, zone ?? question.Name, answers);
    }

    // RFC 1035 section 3.3.13. The last number is how long a "no" may be kept (RFC 2308).
    private DnsRecord StartOfAuthority(DnsName zone)
    {
        const uint Serial = 1;
        const uint Refresh = 3600;
        const uint Retry = 600;
        const uint Expire = 86400;
        DnsName server = _table.Suffix.Prepend("ns"u8);
        DnsName mailbox = _table.Suffix.Prepend("nobody"u8);
        byte[] data = new byte[server.Wire.Length + mailbox.Wire.Length + (5 * 4)];
        SpanWriter writer = new(data);
        writer.WriteBytes(server.Wire);
        writer.WriteBytes(mailbox.Wire);
        writer.WriteUInt32(Serial);
        writer.WriteUInt32(Refresh);
        writer.WriteUInt32(Retry);
        writer.WriteUInt32(Expire);
        writer.WriteUInt32(SecondsToLive);
        return new DnsRecord(zone, DnsType.StartOfAuthority, DnsRecord.ClassInternet, SecondsToLive, data);
    }

    private void Add(DnsRecord record)
    {
        if (!_records.TryGetValue(record.Name, out List<DnsRecord>? records))
        {
            _records[record.Name] = records = [];
            AddInner(record.Name);
        }

        // Two names for one address would make the way back ambiguous: the first stands.
        if (record.Type != DnsType.Pointer || records.Count == 0)
        {
            records.Add(record);
        }
    }

    // A name with others below it exists, even if it has no records itself (RFC 8020).
    private void AddInner(DnsName name)
    {
        while (name.LabelCount > 1 && _inner.Add(name))
        {
            name = name.Parent;
        }
    }
}
