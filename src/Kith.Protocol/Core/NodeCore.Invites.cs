using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Invites in the DHT: members leave word for joiners, joiners call, and members open their translators for who calls.</content>
public sealed partial class NodeCore
{
    private readonly Dictionary<NodeId, OpenInvite> _openInvites = [];
    private readonly CallerList _callers = new();
    private readonly Appointment _callLookup = new();
    private int _callTurn;

    // Whoever joined by it and is gone still holds it: such an invite is served to those who find a member otherwise, but nothing is told of us under it.
    private static bool IsTended(LocalNetwork network, InviteState invite, ClockReading now) =>
        invite.StandingAt(now.WallMilliseconds) == InviteStanding.Usable
        && network.Log.State.Members.Values.Count(member => member.JoinedWith == invite.Key) == invite.Used;

    private void UpdateOpenInvites(ClockReading now)
    {
        Dictionary<NodeId, LocalNetwork> open = [];
        foreach (LocalNetwork network in _networks.Values.Where(network => network.IsActive))
        {
            foreach (InviteState invite in network.Log.State.Invites.Values.Where(invite => IsTended(network, invite, now)).OrderByDescending(invite => invite.ExpiresMilliseconds))
            {
                if (open.Count < RendezvousTimings.InvitesMax)
                {
                    open[invite.Key] = network;
                }
            }
        }

        foreach (NodeId gone in _openInvites.Keys.Where(key => !open.ContainsKey(key)).ToList())
        {
            _openInvites.Remove(gone);
        }

        foreach ((NodeId key, LocalNetwork network) in open)
        {
            if (_openInvites.TryAdd(key, new OpenInvite(network)))
            {
                _callLookup.Begin(now, RendezvousTimings.FirstCallLookup);
            }
        }
    }

    private bool TryTendInvites(ClockReading now, DhtMachine dht)
    {
        UpdateOpenInvites(now);
        if (_openInvites.Count == 0 || !_whereabouts.TryGet(Id, out Whereabouts? own))
        {
            return false;
        }

        foreach ((NodeId key, OpenInvite invite) in _openInvites)
        {
            if (now.Monotonic >= invite.Word.NextFor(own.Sequence))
            {
                invite.Word.Begin(now, own.Sequence);
                PutInviteWord(now, dht, key, invite.Network, own);
                return true;
            }
        }

        if (now.Monotonic < _callLookup.Due)
        {
            return false;
        }

        (NodeId asked, OpenInvite turn) = _openInvites.ElementAt(_callTurn++ % _openInvites.Count);
        uint[] days = [.. DaysAround(now.WallMilliseconds)];
        Get(now, dht, ErrandKind.GetCall, RendezvousKey.ForCall(turn.Network.Id, asked, days[turn.Lookups++ % days.Length]), turn.Network.Id, asked);
        _callLookup.Done(now, 1.25, RendezvousTimings.LongestCallLookup);
        return true;
    }

    // All members write to one place, so each names the others that it knows to be there.
    private void PutInviteWord(ClockReading now, DhtMachine dht, NodeId invite, LocalNetwork network, Whereabouts own)
    {
        List<Whereabouts> hosts = [own];
        foreach (RemotePeer peer in _members.Values.Where(peer => peer.Paths is { Online: true } && peer.Networks.Contains(network)))
        {
            if (_whereabouts.TryGet(peer.Id, out Whereabouts? record))
            {
                hosts.Add(record);
            }
        }

        foreach (uint day in DaysAround(now.WallMilliseconds))
        {
            RendezvousKey place = RendezvousKey.ForInvite(network.Id, invite, day);
            if (InviteWord.Seal(place, invite, hosts, _random) is { } content)
            {
                Put(now, dht, ErrandKind.PutInvite, place, network.Id, invite, content);
            }
            else
            {
                place.Dispose();
            }
        }
    }

    // Looks for members that serve our invite and asks them to open their translators for us.
    private void CallForJoins(ClockReading now, DhtMachine dht)
    {
        foreach (JoinAttempt join in _joins)
        {
            if (join.Active is not null)
            {
                continue;
            }

            if (now.Monotonic >= join.NextLookup)
            {
                join.NextLookup = now.Monotonic + RendezvousTimings.InviteLookup;
                uint day = DayToTry(now.WallMilliseconds, join.Lookups++);
                int ahead = (int)((long)day - RendezvousKey.DayOf(now.WallMilliseconds));
                Get(now, dht, ErrandKind.GetInvite, RendezvousKey.ForInvite(join.Invite.Network, join.InviteKey.Id, day), join.Invite.Network, join.InviteKey.Id, ahead);
            }

            if (_whereabouts.TryGet(Id, out Whereabouts? own) && own.Candidates.Count > 0 && IsCallDue(now, join, own))
            {
                join.Called = (now, own.Sequence);
                foreach (uint day in CallDays(now, join))
                {
                    Put(now, dht, ErrandKind.PutCall, RendezvousKey.ForCall(join.Invite.Network, join.InviteKey.Id, day), join.Invite.Network, join.InviteKey.Id, own.Encoded);
                }
            }
        }
    }

    // As the members have it, as far as we know that: a call is for them to find.
    private static IEnumerable<uint> CallDays(ClockReading now, JoinAttempt join) =>
        DaysAround(now.WallMilliseconds).Select(day => (uint)Math.Clamp(day + (long)join.DaysAhead, 0, uint.MaxValue));

    private bool IsCallDue(ClockReading now, JoinAttempt join, Whereabouts own)
    {
        bool isSeen = _observed.Count > 0 || _mapped.Length > 0;
        return join.Called is { } last
            ? now.Monotonic >= last.At + (own.Sequence != last.Sequence ? RendezvousTimings.CallAgainChanged : RendezvousTimings.CallAgain)
            : isSeen || now.Monotonic >= join.Started + RendezvousTimings.FirstCall;
    }

    private void HandleInviteWord(ClockReading now, Errand errand, byte[] content)
    {
        if (_joins.Find(join => join.InviteKey.Id == errand.Node) is not { } join)
        {
            return;
        }

        foreach (Whereabouts host in InviteWord.Open(errand.Key, join.InviteKey, content))
        {
            if (host.Node != Id && host.Verify())
            {
                join.DaysAhead = errand.DaysAhead;
                AddJoinHost(now, join, host.Node, UdpEndpoints(host.Candidates));
            }
        }
    }

    private void AnswerCall(ClockReading now, Errand errand, Whereabouts call)
    {
        if (!_openInvites.TryGetValue(errand.Node, out OpenInvite? invite) || invite.Network.Log.State.IsRevoked(call.Node))
        {
            return;
        }

        if (!invite.TryAnswer(call.Node, call.Sequence))
        {
            return;
        }

        // More may come with the same invite, and this one may have changed its mind about where it is.
        _callLookup.Begin(now, RendezvousTimings.FirstCallLookup);
        byte[][] openers = new byte[RendezvousTimings.OpenersPerEndpoint][];
        for (int i = 0; i < openers.Length; i++)
        {
            openers[i] = new byte[Opener.Bytes];
            Opener.Write(errand.Key, Id, _random, openers[i]);
        }

        _callers.Add(new Caller([.. UdpEndpoints(call.Candidates).Take(HandshakeTargetsMax)], openers));
        SendOpeners();
    }

    // Once a second, so that one that was lost, or came before the other side's translator was open, is followed by another.
    private void SendOpeners()
    {
        foreach ((InternetEndpoint endpoint, byte[] opener) in _callers.TakeDue())
        {
            QueueDatagram(endpoint, opener);
        }
    }

    // A member has answered our call: wherever it came from, that is where the member is.
    private bool TryHandleOpener(ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length != Opener.Bytes || source.Scope != 0)
        {
            return false;
        }

        foreach (JoinAttempt join in _joins)
        {
            foreach (uint day in CallDays(now, join))
            {
                using RendezvousKey place = RendezvousKey.ForCall(join.Invite.Network, join.InviteKey.Id, day);
                if (Opener.TryRead(place, datagram, out NodeId member))
                {
                    AddJoinHost(now, join, member, [source], isHeard: true);
                    return true;
                }
            }
        }

        return false;
    }

    // Today first and every other time; else, in turn, the day that is nearer and the one that is farther: so clocks may be wrong by a day.
    private static uint DayToTry(long wallMilliseconds, int turn)
    {
        const long HalfDay = 43_200_000;
        uint today = RendezvousKey.DayOf(wallMilliseconds);
        bool isEarly = RendezvousKey.DayOf(wallMilliseconds - HalfDay) != today;
        return (turn % 4) switch
        {
            0 or 2 => today,
            1 => isEarly ? today - Math.Min(today, 1) : today + 1,
            _ => isEarly ? today + 1 : today - Math.Min(today, 1),
        };
    }
}
