using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Members that do too much of something: what they do is bounded where it is done, and told of here.</content>
public sealed partial class NodeCore
{
    private readonly NuisanceBook _nuisances = new();
    private Instant _heldUntil = Instant.Never;

    /// <summary>Members that were a nuisance since this node started, the last first.</summary>
    public IReadOnlyList<Nuisance> Nuisances => _nuisances.Told;

    /// <summary>The shell refused streams of a member, because it had too many of the kind.</summary>
    public void NoteStreamsRefused(ClockReading now, NodeId member, long count)
    {
        NoteNuisance(now, member, NuisanceKind.Streams, count);
        Settle(now);
    }

    private void NoteNuisance(Instant now, NodeId node, NuisanceKind kind, long count = 1)
    {
        if (node != Id && _nuisances.Note(now, node, kind, count) is { } told)
        {
            Raise(new NodeEvent.NuisanceSeen(told));
        }
    }

    // What others counted, packet by packet, is told in sums.
    private void CollectNuisances(ClockReading now)
    {
        foreach (RemotePeer peer in _members.Values)
        {
            (long frames, long items, long relays) = peer.Link.Flood.TakeRefused();
            NoteSum(now, peer, NuisanceKind.Frames, frames);
            NoteSum(now, peer, NuisanceKind.Packets, items);
            NoteSum(now, peer, NuisanceKind.Relaying, relays);
        }

        foreach ((InternetAddress address, long count) in _stack.TakeCrowders())
        {
            if (_routes.TryGetValue(address, out PeerRoute route))
            {
                NoteSum(now, route.Peer, NuisanceKind.Streams, count);
            }
        }

        foreach (SyncStream stream in _syncStreams.ToList())
        {
            if (stream.Peer is { } peer && stream.Pace.IsTooSlow(now, stream.Stream))
            {
                NoteNuisance(now, peer.Id, NuisanceKind.SlowReading);
                CloseStream(now, stream, abort: true);
            }
        }
    }

    private void NoteSum(ClockReading now, RemotePeer peer, NuisanceKind kind, long count)
    {
        if (count > 0)
        {
            NoteNuisance(now, peer.Id, kind, count);
        }
    }

    // Whether more of a member's messages may be worked on now. What waits stays in its stream's window, so nothing is lost.
    private bool MayRead(ClockReading now, SyncStream stream)
    {
        if (stream.Peer is not { } peer || peer.ControlBudget.HasCredit(now))
        {
            stream.IsHeld = false;
            return true;
        }

        stream.IsHeld = true;
        _heldUntil = Instant.Min(_heldUntil, peer.ControlBudget.CreditAt);
        NoteNuisance(now, peer.Id, NuisanceKind.Messages);
        return false;
    }

    private static void ChargeRead(ClockReading now, SyncStream stream, int bytes) =>
        stream.Peer?.ControlBudget.Charge(now, 1 + (bytes / NuisanceLimits.ControlUnitBytes));

    private static void ChargeCheck(ClockReading now, SyncStream stream, int signatures = 1) =>
        stream.Peer?.ControlBudget.Charge(now, (long)signatures * NuisanceLimits.ControlUnitsPerSignature);

    private void ReadHeldStreams(ClockReading now)
    {
        if (now.Monotonic < _heldUntil)
        {
            return;
        }

        _heldUntil = Instant.Never;
        foreach (SyncStream stream in _syncStreams.Where(static stream => stream.IsHeld).ToList())
        {
            HandleSyncStream(now, stream, closed: false);
        }
    }

    private void NoteStatements(ClockReading now, LocalNetwork network, int from)
    {
        for (int i = from; i < network.Log.Statements.Count; i++)
        {
            NodeId author = network.Log.Statements[i].Author;
            if (_members.TryGetValue(author, out RemotePeer? peer) && !peer.StatementBudget.TryTake(now))
            {
                NoteNuisance(now, author, NuisanceKind.Statements);
            }

            if (network.Log.State.Members.TryGetValue(author, out Membership.Member? member) && member.Frozen)
            {
                NoteNuisance(now, author, NuisanceKind.Fork);
            }
        }
    }

    // Whether one more new record of a member is taken. One that is not is no loss: members state theirs anew now and then.
    private bool MayTakeRecord(ClockReading now, NodeId node, NuisanceKind kind)
    {
        if (!_members.TryGetValue(node, out RemotePeer? peer)
            || (kind == NuisanceKind.Links ? peer.LinksBudget : peer.WhereaboutsBudget).TryTake(now))
        {
            return true;
        }

        NoteNuisance(now, node, kind);
        return false;
    }

    private bool IsCrowding(RemotePeer peer) =>
        _syncStreams.Count(stream => stream.Peer == peer && stream.Network is null) >= NuisanceLimits.MuteStreamsMax;
}
