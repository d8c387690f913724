using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>
/// What this node calls itself on the local network for a while: random names, and tags. The number of tags is four, or eight when four are too few, made up with noise and in
/// random order: how many networks a node is in, and whether it is joining one, does not show.
/// </summary>
internal sealed class LanIdentity
{
    private const int SmallTagCount = 4;
    private const int LabelRandomBytes = 10;

    private readonly RandomSource _random;
    private readonly NodeId _self;
    private readonly List<byte[]> _tags = [];
    private readonly List<LanClaim?> _claims = [];
    private readonly Queue<LanClaim> _byAge = new();

    public LanIdentity(NodeId self, IReadOnlyList<LanClaim> claims, RandomSource random)
    {
        _self = self;
        _random = random;
        Instance = LanNames.Service.Prepend(NewLabel(random));
        Host = LanNames.Local.Prepend(NewLabel(random));
        Grow(claims.Count <= SmallTagCount ? SmallTagCount : LanText.TagsMax);
        foreach (LanClaim claim in claims.Take(LanText.TagsMax))
        {
            Put(claim);
        }

        Text = LanText.Encode(_tags);
    }

    /// <summary>The service instance's name.</summary>
    public DnsName Instance { get; }

    /// <summary>The host's name.</summary>
    public DnsName Host { get; }

    /// <summary>The data of the TXT record.</summary>
    public byte[] Text { get; private set; }

    /// <summary>Adds a claim under the same names; false if it is there already.</summary>
    public bool Add(LanClaim claim)
    {
        if (_claims.Exists(known => known?.IsSame(claim) == true))
        {
            return false;
        }

        Put(claim);
        Text = LanText.Encode(_tags);
        return true;
    }

    /// <summary>The records (RFC 6763 section 4), with a lifetime of zero to take them back.</summary>
    public DnsMessage Announce(uint secondsToLive, ushort port, IReadOnlyList<InternetAddress> addresses, DnsMessage? legacyQuery)
    {
        // What is ours alone replaces what others remember of it; in an answer to a plain resolver that bit would be an unknown class.
        ushort unique = legacyQuery is null ? (ushort)(DnsRecord.ClassInternet | DnsRecord.ClassFlag) : DnsRecord.ClassInternet;
        List<DnsRecord> additionals =
        [
            DnsRecord.ForService(Instance, secondsToLive, port, Host, unique),
            new(Instance, DnsType.Text, unique, secondsToLive, Text),
        ];
        additionals.AddRange(addresses.Select(address => DnsRecord.ForAddress(Host, secondsToLive, address, unique)));
        DnsRecord pointer = DnsRecord.Pointer(LanNames.Service, secondsToLive, Instance);
        DnsRecord type = DnsRecord.Pointer(LanNames.ServiceTypes, secondsToLive, LanNames.Service);
        if (legacyQuery is not null)
        {
            DnsRecord[] all = [pointer, type, .. additionals];
            DnsQuestion question = legacyQuery.Questions[0];
            DnsRecord[] asked = [.. all.Where(record => record.Name.Equals(question.Name) && (question.Type == record.Type || question.Type == DnsType.Any))];
            return new DnsMessage
            {
                Id = legacyQuery.Id,
                Flags = DnsFlags.Response | DnsFlags.Authoritative,
                Questions = [question],
                Answers = asked,
                Additionals = [.. all.Except(asked).Where(record => !record.Name.Equals(LanNames.ServiceTypes))],
            };
        }

        // That there is such a service at all is others' to say too, so it is never taken back.
        DnsRecord[] shared = secondsToLive > 0 ? [pointer, type] : [pointer];
        return new DnsMessage { Flags = DnsFlags.Response | DnsFlags.Authoritative, Answers = [.. shared, .. additionals] };
    }

    /// <summary>Whether a name is one of this identity's.</summary>
    public bool Owns(DnsName name) => name.Equals(Instance) || name.Equals(Host);

    private static byte[] NewLabel(RandomSource random)
    {
        Span<byte> bytes = stackalloc byte[LabelRandomBytes];
        random.Fill(bytes);
        return System.Text.Encoding.ASCII.GetBytes(ZBase32.Encode(bytes));
    }

    private void Grow(int count)
    {
        while (_tags.Count < count)
        {
            byte[] noise = new byte[LanTag.Bytes];
            _random.Fill(noise);
            _tags.Add(noise);
            _claims.Add(null);
        }
    }

    private void Put(LanClaim claim)
    {
        if (!_claims.Contains(null))
        {
            Grow(LanText.TagsMax);
        }

        // A random free place; if there is none, that of the oldest claim: the new one is what somebody waits for right now.
        int[] free = [.. Enumerable.Range(0, _claims.Count).Where(i => _claims[i] is null)];
        int place = free.Length > 0 ? free[_random.NextBelow(free.Length)] : _claims.IndexOf(_byAge.Dequeue());
        _byAge.Enqueue(claim);
        _tags[place] = new byte[LanTag.Bytes];
        _claims[place] = claim;
        LanTag.Seal(claim.Key, claim.Role, _self, Instance.FirstLabel, _random, _tags[place]);
    }
}
