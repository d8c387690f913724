using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Whereabouts in the DNS: records of ours for a name of one's own, and those of members under names we were told.</content>
public sealed partial class NodeCore
{
    private readonly DnsBook _dnsBook = new();

    /// <summary>The names under which records of members are looked for.</summary>
    public IReadOnlyList<DnsEntry> DnsNames => _dnsBook.Entries;

    /// <summary>Looks for members under one more name; false if it is none, is known, or there are too many.</summary>
    public bool AddDnsName(ClockReading now, string name)
    {
        bool added = _dnsBook.Add(name);
        _nextScan = now;
        return added;
    }

    /// <summary>
    /// This device's whereabouts as the text of a TXT record, sealed for the members of a network, or for whoever holds one of its invites. Null where the network has no secret yet or the invite is not
    /// one of it.
    /// </summary>
    public string? MakeDnsRecord(ClockReading now, NetworkId network, NodeId? invite)
    {
        PublishWhereabouts(now);
        Settle(now);
        if (!_networks.TryGetValue(network, out LocalNetwork? local) || !local.IsActive || !_whereabouts.TryGet(Id, out Whereabouts? own)
            || (invite is { } given ? !local.Log.State.Invites.ContainsKey(given) : local.Secret is null))
        {
            return null;
        }

        using RendezvousKey key = invite is { } inviteKey ? RendezvousKey.ForDnsInvite(network, inviteKey) : RendezvousKey.ForDns(local.Secret!.Value);
        return SealedText.Seal(key, own.Encoded, _random);
    }

    /// <summary>What came of looking a name up: the answer to <see cref="NodeEvent.DnsWanted"/>. Without an answer the failure says why, in a few words.</summary>
    public void HandleDnsAnswer(ClockReading now, DnsName name, TxtAnswer? answer, string? failure)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_dnsBook.Entries.FirstOrDefault(entry => entry.Name.Equals(name)) is not { } entry)
        {
            return;
        }

        byte[][] ours = [.. (answer?.Texts ?? []).Where(text => SealedText.IsOne(text)).Take(TxtAnswer.TextsMax)];
        int opened = ours.Count(text => TakeDnsRecord(now, entry, text));
        entry.HandleAnswer(now, answer is not null, Describe(answer, failure, ours.Length, opened), opened);
        Settle(now);
    }

    private static string Describe(TxtAnswer? answer, string? failure, int records, int opened) => answer?.Outcome switch
    {
        null => failure ?? "no answer",
        TxtOutcome.NoName => "NXDOMAIN, check the name",
        TxtOutcome.Failed or TxtOutcome.Truncated => "the name server failed",
        _ when records == 0 => "the name has no record of Kith",
        _ when opened == 0 => "its records are not of a network of this device, or from before somebody was revoked: print them anew with kith dns-record",
        _ => opened == 1 ? "1 record of a member" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{opened} records of members"),
    };

    private int CountMissing() => _members.Values.Count(static peer => peer.Paths is { Online: false });

    private void UpdateDns(ClockReading now)
    {
        if (_dnsBook.Entries.Count == 0)
        {
            return;
        }

        _dnsBook.SetMissing(now, CountMissing());
        foreach (DnsEntry due in _dnsBook.TakeDue(now, _joins.Exists(static join => join.Active is null)))
        {
            Raise(new NodeEvent.DnsWanted(due.Name));
        }
    }

    // Whoever answers for the name may withhold a record or show an old one; what the device has not signed is not believed, what is older than we know changes nothing.
    private bool TakeDnsRecord(ClockReading now, DnsEntry entry, byte[] text)
    {
        foreach (LocalNetwork network in _networks.Values)
        {
            if (network is { IsActive: true, Secret: { } secret } && Open(RendezvousKey.ForDns(secret), text) is { } record)
            {
                bool isMember = network.Log.State.Members.ContainsKey(record.Node) && (record.Node == Id || record.Verify());
                if (isMember && _members.TryGetValue(record.Node, out RemotePeer? peer))
                {
                    bool isOld = _whereabouts.TryGet(record.Node, out Whereabouts? known) && known.Sequence > record.Sequence;
                    peer.Words.Note(now, DiscoverySource.Dns, entry.Name.ToString(), isOld ? "a record older than what is known" : $"its record of {Stamp(record)}");
                    AcceptWhereabouts(now, record);
                }

                return isMember;
            }
        }

        foreach (JoinAttempt join in _joins)
        {
            if (Open(RendezvousKey.ForDnsInvite(join.Invite.Network, join.InviteKey.Id), text) is { } record && record.Verify())
            {
                AddJoinHost(now, join, record.Node, UdpEndpoints(record.Candidates));
                return true;
            }
        }

        return false;
    }

    private static Whereabouts? Open(RendezvousKey key, byte[] text)
    {
        using (key)
        {
            return SealedText.TryOpen(key, text) is { } content && Whereabouts.TryDecode(content, out Whereabouts? record) ? record : null;
        }
    }
}
