using System.Globalization;
using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>How it stands with each way of finding members, and what each said of a member.</content>
public sealed partial class NodeCore
{
    // The end of the year 9999, the last that can be shown.
    private const long WallMillisecondsMax = 253_402_300_799_999;

    private Instant? _lanHeard;
    private Instant? _dhtAsked;
    private Instant? _dhtFound;
    private Instant? _membersTold;

    /// <summary>How it stands with each way of finding members.</summary>
    public IReadOnlyList<SourceState> DescribeSources()
    {
        List<SourceState> states = [DescribeLanSource(), DescribeDhtSource()];
        states.AddRange(Trackers.Count == 0
            ? [new SourceState(DiscoverySource.Tracker, "", false, null, null, Instant.Never, "", Advice: "With one, members also meet there: kith up --tracker udp://HOST:PORT")]
            : Trackers.Select(Describe));
        states.AddRange(_dnsBook.Entries.Count == 0
            ? [new SourceState(DiscoverySource.Dns, "", false, null, null, Instant.Never, "", Advice: "With a name of your own, members are found by its record: kith dns-record --help")]
            : _dnsBook.Entries.Select(Describe));
        states.Add(new SourceState(DiscoverySource.Static, "", _options.StaticPeers.Count > 0, null, null, Instant.Never, Count(_options.StaticPeers.Count, "address", "addresses") + " given with --peer"));
        int cached = _members.Keys.Count(id => _whereabouts.TryGet(id, out _));
        states.Add(new SourceState(DiscoverySource.Cache, "", _options.UseCache, null, null, Instant.Never, $"whereabouts of {cached} of {Count(_members.Count, "other device", "other devices")} kept", Advice: _options.UseCache ? null : "With it, members are tried where they last were: kith up --cache"));
        int telling = _syncStreams.Where(stream => stream.Peer is not null).Select(stream => stream.Peer).Distinct().Count();
        states.Add(new SourceState(DiscoverySource.Members, "", true, null, _membersTold, Instant.Never, $"{Count(telling, "member tells", "members tell")} where others are"));
        return states;
    }

    private static SourceState Describe(TrackerReport report)
    {
        string name = $"{report.Url.Display}{(report.IsV6 ? " over IPv6" : "")}";
        string hashes = report.Hashes.Count == 0 ? "" : $" If it takes listed hashes only, these are meant today: {string.Join(", ", report.Hashes.Select(hash => Convert.ToHexStringLower(hash.Span)))}";
        return new SourceState(
            DiscoverySource.Tracker,
            name,
            true,
            report.Asked,
            report.Answered,
            report.Next,
            report.Failure ?? (report.Hashes.Count == 0 ? "not asked, because there is no other member or no network" : report.Answered is null ? "" : Count(report.Addresses, "address", "addresses")),
            report.Failure is not null,
            report.Failure is null ? null : "Check its address; members are found by the other ways meanwhile." + hashes);
    }

    private static string Count(int number, string one, string several) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : several)}");

    private SourceState DescribeLanSource() => new(
        DiscoverySource.Lan,
        "",
        _options.UseLan,
        null,
        _lanHeard,
        Instant.Never,
        _lanHeard is null ? "no member heard" : "a member was heard",
        Advice: _options.UseLan ? null : "With it, devices on the local network are found: kith up --lan");

    private SourceState DescribeDhtSource()
    {
        (int v4, int v6) = DhtContacts;
        string only = IsDhtReadOnly ? "; only asking, because strangers cannot reach this device" : "";
        bool isAlone = HasDht && v4 + v6 == 0;
        return new SourceState(
            DiscoverySource.Dht,
            "",
            HasDht,
            _dhtAsked,
            _dhtFound,
            Instant.Never,
            isAlone ? "no node of it answers" : string.Create(CultureInfo.InvariantCulture, $"{v4} nodes known over IPv4, {v6} over IPv6{only}"),
            isAlone,
            !HasDht ? "With it, members find each other from anywhere: kith up --dht"
                : isAlone ? "It needs UDP to the Internet; members are found by the other ways meanwhile." : null);
    }

    private SourceState Describe(DnsEntry entry)
    {
        bool isIdle = CountMissing() == 0;
        bool isFailing = entry.Said.Length > 0 && entry.Records == 0;
        return new SourceState(
            DiscoverySource.Dns,
            entry.Name.ToString(),
            true,
            entry.Asked,
            entry.Answered,
            isIdle || entry.Asked is null ? Instant.Never : entry.Next,
            entry.Asked is null ? "not asked, because no member is missing" : entry.Said,
            isFailing,
            isFailing ? "What is published there must be what kith dns-record printed on the member, whole and under _kith." : null);
    }

    private static string Stamp(Whereabouts record) =>
        DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Clamp(record.IssuedMilliseconds, 0, WallMillisecondsMax)).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private void NoteNotFound(ClockReading now, Errand errand)
    {
        if (errand.Kind is ErrandKind.GetWhereabouts or ErrandKind.GetMail && _members.TryGetValue(errand.Node, out RemotePeer? peer)
            && peer.Words.Words.FirstOrDefault(static word => word.Source == DiscoverySource.Dht) is { } word
            && (word.SaidAt is not { } said || said < word.Asked))
        {
            peer.Words.Note(now, DiscoverySource.Dht, "", "nothing of it found");
        }
    }

    // Strangers may be among those that a tracker names, so what it says is of the network and not of the member.
    private List<SourceWord> WordsOf(RemotePeer peer)
    {
        List<SourceWord> words = [.. peer.Words.Words];
        foreach (TrackerReport report in Trackers)
        {
            words.Add(new SourceWord(
                DiscoverySource.Tracker,
                $"{report.Url.Display}{(report.IsV6 ? " over IPv6" : "")}",
                report.Asked,
                report.Answered,
                report.Failure ?? (report.Answered is null ? "" : $"names {Count(report.Addresses, "address", "addresses")} for its network")));
        }

        if (_options.StaticPeers.Count > 0)
        {
            words.Add(new SourceWord(DiscoverySource.Static, "", null, null, Count(_options.StaticPeers.Count, "address", "addresses") + " given with --peer, tried for it too"));
        }

        foreach (DnsEntry entry in _dnsBook.Entries.Where(entry => entry.Asked is not null && !words.Exists(word => word.Source == DiscoverySource.Dns && word.Name == entry.Name.ToString())))
        {
            words.Add(new SourceWord(DiscoverySource.Dns, entry.Name.ToString(), entry.Asked, entry.Answered, entry.Records > 0 ? "records of others only" : entry.Said));
        }

        return [.. words.OrderBy(word => word.Source).ThenBy(word => word.Name, StringComparer.Ordinal)];
    }
}
