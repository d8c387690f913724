using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Members that are not reachable: looked for, called and listened to over the DHT.</content>
public sealed partial class NodeCore
{
    private const long QuarterMilliseconds = 900_000;

    private readonly ErrandBudget _seekBudget = new();
    private Instant _nextPoll;
    private int _pollTurn;

    // Somebody wants to speak to a member: where it is not reachable it is called, looked for and told so at once.
    private void WantPeer(ClockReading now, RemotePeer peer)
    {
        if (peer.Paths is not { Online: false } || (peer.Want.Count > 0 && now.Monotonic < peer.Want.Due))
        {
            return;
        }

        if (peer.Want.Count == 0)
        {
            peer.Want.Begin(now, RendezvousTimings.WantAgain);
        }

        peer.Want.Done(now, 2, RendezvousTimings.LongestWant);
        peer.WantedAt = now;
        peer.IsWordDue = true;
        peer.Lookup.Begin(now, TimeSpan.Zero);
        _nextErrand = Instant.Min(_nextErrand, now);
        CallNow(now, peer, []);
    }

    // Members that are not reachable are told where we are, looked for, and listened to, each in its turn; who was lost last comes first.
    private bool TrySeek(ClockReading now, DhtMachine dht)
    {
        IReadOnlyList<RemotePeer> absent = AbsentPeers(now);
        uint quarter = RendezvousKey.QuarterOf(now.WallMilliseconds);
        if (absent.FirstOrDefault(peer => IsWordWanted(now, peer, quarter)) is { } called)
        {
            return _seekBudget.TryTake(now) && LeaveWord(now, dht, called, quarter);
        }

        if (absent.Where(peer => peer.Lookup.Due <= now.Monotonic).MinBy(static peer => peer.Lookup.Due) is { } sought)
        {
            if (_seekBudget.TryTake(now))
            {
                uint[] days = [.. DaysAround(now.WallMilliseconds)];
                LocalNetwork network = NetworkWithSecret(sought)!;
                Get(now, dht, ErrandKind.GetWhereabouts, RendezvousKey.ForWhereabouts(network.Secret!.Value, sought.Id, days[sought.Lookup.Count % days.Length]), network.Id, sought.Id);
                sought.Lookup.Done(now, 2, RendezvousTimings.LongestLookup);
                return true;
            }

            return false;
        }

        // Those beyond the ones that are watched are listened to now and then.
        if (absent.Skip(RendezvousTimings.MailboxesWatched).Where(peer => peer.Mail.Due <= now.Monotonic).MinBy(static peer => peer.Mail.Due) is { } other && _seekBudget.TryTake(now))
        {
            LookIntoMailbox(now, dht, other, QuarterToTry(now, other.Mail.Count), isWhole: true);
            other.Mail.Done(now, 1.5, RendezvousTimings.LongestLookup);
            return true;
        }

        return false;
    }

    // One question to one node every few seconds, in turn for the members that were lost last: so a call is heard soon, at a cost that does not grow with them.
    private void PollMailboxes(ClockReading now, DhtMachine dht)
    {
        if (now.Monotonic < _nextPoll)
        {
            return;
        }

        RemotePeer[] watched = [.. AbsentPeers(now).Take(RendezvousTimings.MailboxesWatched).Where(peer => now.Monotonic >= peer.OfflineSince + RendezvousTimings.FirstWord)];
        if (watched.Length == 0)
        {
            return;
        }

        _nextPoll = now.Monotonic + RendezvousTimings.PollInterval;
        int turn = _pollTurn++;
        RemotePeer peer = watched[turn % watched.Length];
        uint quarter = QuarterToTry(now, turn / watched.Length);
        if (!LookIntoMailbox(now, dht, peer, quarter, isWhole: false) && now.Monotonic >= _nextErrand && _seekBudget.TryTake(now))
        {
            _nextErrand = now.Monotonic + RendezvousTimings.ErrandInterval;
            LookIntoMailbox(now, dht, peer, quarter, isWhole: true);
        }
    }

    private List<RemotePeer> AbsentPeers(ClockReading now)
    {
        List<RemotePeer> absent = [];
        foreach (RemotePeer peer in _members.Values)
        {
            if (peer.Paths is { Online: false } && NetworkWithSecret(peer) is not null)
            {
                absent.Add(peer);
            }
            else
            {
                peer.Lookup.Begin(now, RendezvousTimings.FirstLookup);
                peer.Mail.Begin(now, RendezvousTimings.FirstMail);
                peer.Want.Begin(now, RendezvousTimings.WantAgain);
                peer.IsWordDue = false;
                peer.Word = default;
            }
        }

        absent.Sort(static (a, b) => b.WantedAt != a.WantedAt ? b.WantedAt.CompareTo(a.WantedAt) : b.OfflineSince.CompareTo(a.OfflineSince));
        return absent;
    }

    private bool IsWordWanted(ClockReading now, RemotePeer peer, uint quarter)
    {
        if (now.Monotonic < peer.OfflineSince + RendezvousTimings.FirstWord || !_whereabouts.TryGet(Id, out Whereabouts? own))
        {
            return false;
        }

        return peer.IsWordDue || peer.Word.Quarter != quarter || (peer.Word.Sequence != own.Sequence && now.Monotonic >= peer.Word.At + RendezvousTimings.WordAgain);
    }

    private bool LeaveWord(ClockReading now, DhtMachine dht, RemotePeer peer, uint quarter)
    {
        LocalNetwork network = NetworkWithSecret(peer)!;
        if (!_whereabouts.TryGet(Id, out Whereabouts? own) || RendezvousKey.ForMailbox(network.Secret!.Value, _key, peer.Id, isToOther: true, quarter) is not { } outbox)
        {
            return false;
        }

        peer.IsWordDue = false;
        peer.Word = (now, quarter, own.Sequence);
        Put(now, dht, ErrandKind.PutMail, outbox, network.Id, peer.Id, own.Encoded);
        return true;
    }

    // Its word of this quarter, and near the ends of one now and then that of the quarter which its clock may have.
    private static uint QuarterToTry(ClockReading now, int turn)
    {
        uint quarter = RendezvousKey.QuarterOf(now.WallMilliseconds);
        long into = now.WallMilliseconds % QuarterMilliseconds;
        long margin = (long)RendezvousTimings.MailTolerance.TotalMilliseconds;
        return turn % 2 == 0 ? quarter
            : into < margin && quarter > 0 ? quarter - 1
            : into > QuarterMilliseconds - margin ? quarter + 1
            : quarter;
    }

    private bool LookIntoMailbox(ClockReading now, DhtMachine dht, RemotePeer peer, uint quarter, bool isWhole)
    {
        LocalNetwork network = NetworkWithSecret(peer)!;
        if (RendezvousKey.ForMailbox(network.Secret!.Value, _key, peer.Id, isToOther: false, quarter) is not { } inbox)
        {
            return true;
        }

        long operation = isWhole ? dht.BeginGet(now, inbox.PublicKey, default) : dht.BeginPeek(now, inbox.PublicKey, default, peer.MailSeen);
        Remember(new Errand(ErrandKind.GetMail, inbox, network.Id, peer.Id), operation);
        return operation != 0;
    }

    // It is calling us now: we call it at the same time, so that both translators open. The same word found again is no new call.
    private void HandleMail(ClockReading now, RemotePeer peer, Whereabouts record, long sequence)
    {
        if (peer.MailSeen is { } seen && sequence <= seen)
        {
            return;
        }

        peer.MailSeen = sequence;
        CallNow(now, peer, UdpEndpoints(record.Candidates));
    }
}
