using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Meeting in the DHT: whereabouts, mailboxes, invites.</content>
public sealed partial class NodeCore
{
    private readonly Dictionary<long, Errand> _errands = [];
    private Instant _nextErrand;

    // Once a second: begins the errand that is due for longest, one at a time.
    private void RunErrands(ClockReading now)
    {
        if (_dht is not { } dht || dht.CountOf(false) + dht.CountOf(true) == 0 || _errands.Count >= RendezvousTimings.ErrandsMax)
        {
            return;
        }

        CallForJoins(now, dht);
        if (now.Monotonic < _nextErrand)
        {
            return;
        }

        if (TryPublish(now, dht) || TryTendInvites(now, dht) || TrySeek(now, dht))
        {
            _nextErrand = now.Monotonic + RendezvousTimings.ErrandInterval;
        }
    }

    private bool TryPublish(ClockReading now, DhtMachine dht)
    {
        if (!_whereabouts.TryGet(Id, out Whereabouts? own))
        {
            return false;
        }

        foreach (LocalNetwork network in _networks.Values)
        {
            if (network is not { IsActive: true, Secret: { } secret } || now.Monotonic < network.Published.NextFor(own.Sequence))
            {
                continue;
            }

            network.Published.Begin(now, own.Sequence);
            foreach (uint day in DaysAround(now.WallMilliseconds))
            {
                Put(now, dht, ErrandKind.PutWhereabouts, RendezvousKey.ForWhereabouts(secret, Id, day), network.Id, Id, own.Encoded);
            }

            return true;
        }

        return false;
    }

    // Members that are not reachable are looked for, called and listened to, each in its turn.
    private bool TrySeek(ClockReading now, DhtMachine dht)
    {
        RemotePeer? peer = null;
        bool isMail = false;
        Instant oldest = now;
        foreach (RemotePeer candidate in _members.Values)
        {
            if (candidate.Paths is not { Online: false } || NetworkWithSecret(candidate) is null)
            {
                candidate.Lookup.Begin(now, RendezvousTimings.FirstLookup);
                candidate.Mail.Begin(now, RendezvousTimings.FirstMail);
                continue;
            }

            if (candidate.Lookup.Due <= oldest)
            {
                (peer, isMail, oldest) = (candidate, false, candidate.Lookup.Due);
            }

            if (candidate.Mail.Due <= oldest)
            {
                (peer, isMail, oldest) = (candidate, true, candidate.Mail.Due);
            }
        }

        if (peer is null)
        {
            return false;
        }

        LocalNetwork network = NetworkWithSecret(peer)!;
        if (isMail)
        {
            ExchangeMail(now, dht, peer, network);
        }
        else
        {
            uint[] days = [.. DaysAround(now.WallMilliseconds)];
            Get(now, dht, ErrandKind.GetWhereabouts, RendezvousKey.ForWhereabouts(network.Secret!.Value, peer.Id, days[peer.Lookup.Count % days.Length]), network.Id, peer.Id);
            peer.Lookup.Done(now, 2, RendezvousTimings.LongestLookup);
        }

        return true;
    }

    // Both sides put and both sides look, so that whoever looks first finds the other's word and both call at about the same time.
    private void ExchangeMail(ClockReading now, DhtMachine dht, RemotePeer peer, LocalNetwork network)
    {
        uint quarter = RendezvousKey.QuarterOf(now.WallMilliseconds);
        if (peer.MailQuarter != quarter && _whereabouts.TryGet(Id, out Whereabouts? own)
            && RendezvousKey.ForMailbox(network.Secret!.Value, _key, peer.Id, isToOther: true, quarter) is { } outbox)
        {
            peer.MailQuarter = quarter;
            Put(now, dht, ErrandKind.PutMail, outbox, network.Id, peer.Id, own.Encoded);
            return;
        }

        // In the first minutes of a quarter the word of the one before may be all there is.
        uint looked = peer.Mail.Count % 2 == 1 && quarter > 0 ? quarter - 1 : quarter;
        if (RendezvousKey.ForMailbox(network.Secret!.Value, _key, peer.Id, isToOther: false, looked) is { } inbox)
        {
            Get(now, dht, ErrandKind.GetMail, inbox, network.Id, peer.Id);
        }

        peer.Mail.Done(now, 1.5, RendezvousTimings.LongestLookup);
    }

    private void Put(ClockReading now, DhtMachine dht, ErrandKind kind, RendezvousKey key, NetworkId network, NodeId node, ReadOnlySpan<byte> content)
    {
        // The time says which of two is newer; it says no more than when it was put, which everybody there sees anyway.
        DhtItem item = DhtItem.Sign(key.Seed, default, Math.Max(now.WallMilliseconds / 1000, 0), SealedValue.Seal(key, content, _random));
        Remember(new Errand(kind, key, network, node), dht.BeginPut(now, item));
    }

    private void Get(ClockReading now, DhtMachine dht, ErrandKind kind, RendezvousKey key, NetworkId network, NodeId node, int daysAhead = 0)
    {
        _dhtAsked = now;
        _members.GetValueOrDefault(node)?.Words.NoteAsked(now, DiscoverySource.Dht);
        Remember(new Errand(kind, key, network, node) { DaysAhead = daysAhead }, dht.BeginGet(now, key.PublicKey, default));
    }

    private void Remember(Errand errand, long operation)
    {
        if (operation == 0)
        {
            errand.Dispose();
        }
        else
        {
            _errands[operation] = errand;
        }
    }

    // What is found is believed only as far as the node it is about has signed it.
    private void HandleErrandItem(ClockReading now, long operation, DhtItem item)
    {
        if (!_errands.TryGetValue(operation, out Errand? errand) || SealedValue.TryOpen(errand.Key, item.Value) is not { } content)
        {
            return;
        }

        if (errand.Kind == ErrandKind.GetInvite)
        {
            HandleInviteWord(now, errand, content);
        }
        else if (errand.Kind is ErrandKind.GetWhereabouts or ErrandKind.GetMail or ErrandKind.GetCall
            && Whereabouts.TryDecode(content, out Whereabouts? record) && record.Node != Id && record.Verify())
        {
            HandleErrandRecord(now, errand, record);
        }
    }

    private void HandleErrandRecord(ClockReading now, Errand errand, Whereabouts record)
    {
        if (errand.Kind == ErrandKind.GetCall)
        {
            AnswerCall(now, errand, record);
        }
        else if (record.Node == errand.Node && _members.TryGetValue(record.Node, out RemotePeer? peer))
        {
            _dhtFound = now;
            peer.Words.Note(now, DiscoverySource.Dht, "", errand.Kind == ErrandKind.GetMail ? "it asks to be called" : $"its record of {Stamp(record)}");
            AcceptWhereabouts(now, record, null);
            if (errand.Kind == ErrandKind.GetMail)
            {
                // It is calling us now: we call it at the same time, so that both translators open, and leave word in turn.
                CallNow(now, peer, UdpEndpoints(record.Candidates));
            }
        }
    }

    private void HandleErrandEnd(ClockReading now, long operation, int stored)
    {
        if (!_errands.Remove(operation, out Errand? errand))
        {
            return;
        }

        if (errand.Kind == ErrandKind.PutWhereabouts && stored == 0 && _networks.TryGetValue(errand.Network, out LocalNetwork? network))
        {
            network.Published.Retry(now);
        }
        else if (errand.Kind == ErrandKind.PutMail && stored == 0 && _members.TryGetValue(errand.Node, out RemotePeer? peer))
        {
            peer.MailQuarter = 0;
        }
        else if (errand.Kind == ErrandKind.PutInvite && stored == 0 && _openInvites.TryGetValue(errand.Node, out OpenInvite? invite))
        {
            invite.Word.Retry(now);
        }

        else if (errand.Kind == ErrandKind.PutCall && stored == 0 && _joins.Find(join => join.InviteKey.Id == errand.Node) is { Called: { } called } join)
        {
            join.Called = called with { Sequence = 0 };
        }

        NoteNotFound(now, errand);
        errand.Dispose();
    }

    private static LocalNetwork? NetworkWithSecret(RemotePeer peer) => peer.Networks.Find(network => network is { IsActive: true, Secret: not null });

    // Today, and around midnight the day that somebody's clock may already or still have.
    private static IEnumerable<uint> DaysAround(long wallMilliseconds)
    {
        long tolerance = (long)RendezvousTimings.ClockTolerance.TotalMilliseconds;
        return new[] { wallMilliseconds, wallMilliseconds - tolerance, wallMilliseconds + tolerance }.Select(RendezvousKey.DayOf).Distinct();
    }
}
