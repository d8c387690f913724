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
        PollMailboxes(now, dht);
        if (now.Monotonic < _nextErrand)
        {
            return;
        }

        if (TryPublish(now, dht) || TryEraseWord(now, dht) || TryTendInvites(now, dht) || TrySeek(now, dht))
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

            EraseWhereabouts(now, dht, network);

            return true;
        }

        return false;
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
            HandleErrandRecord(now, errand, record, item.Sequence);
        }
    }

    private void HandleErrandRecord(ClockReading now, Errand errand, Whereabouts record, long sequence)
    {
        if (errand.Kind == ErrandKind.GetCall)
        {
            AnswerCall(now, errand, record);
        }
        else if (record.Node == errand.Node && _members.TryGetValue(record.Node, out RemotePeer? peer))
        {
            _dhtFound = now;
            peer.Words.Note(now, DiscoverySource.Dht, "", errand.Kind == ErrandKind.GetMail ? "it asks to be called" : $"its record of {Stamp(record)}");
            AcceptWhereabouts(now, record);
            if (errand.Kind == ErrandKind.GetMail)
            {
                HandleMail(now, peer, record, sequence);
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
            peer.Word = default;
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
