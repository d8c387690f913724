using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>The member's side of an invite: letting a newcomer in.</content>
public sealed partial class NodeCore
{
    // For how long after its end an invite's key is still answered, so that its holder learns why it does not work.
    private static readonly TimeSpan DeadInviteAnswered = TimeSpan.FromDays(7);

    private static bool IsAnswered(InviteState invite, ClockReading now) =>
        now.WallMilliseconds - DeadInviteAnswered.TotalMilliseconds < invite.ExpiresMilliseconds;

    private static bool BeginGuest(ClockReading now, SyncStream stream, JoinGuest guest, in HelloMessage hello)
    {
        if (hello.Version != ControlConstants.Version)
        {
            return Refuse(now, stream, JoinRefusal.Version);
        }

        NetworkState state = guest.Network.Log.State;
        if (VirtualAddress.ForV6(guest.Network.Id, hello.Node) != guest.Address)
        {
            return false;
        }

        if (state.IsRevoked(hello.Node))
        {
            return Refuse(now, stream, JoinRefusal.DeviceRevoked);
        }

        guest.Node = hello.Node;
        stream.Network = guest.Network;
        bool cameBack = state.Members.TryGetValue(hello.Node, out Member? member) && member.JoinedWith == guest.Invite.Id;
        if (!cameBack && CheckInvite(now, guest) is { } refusal)
        {
            return Refuse(now, stream, refusal);
        }

        stream.Feed = Batches(guest.Network.Log.Statements.ToArray()).GetEnumerator();
        return true;
    }

    // The whole log, the last batch marked as such. Written as the stream takes it, see Produce.
    private static IEnumerable<(IReadOnlyList<Statement> Statements, bool IsLast)> Batches(Statement[] statements)
    {
        int from = 0;
        while (from < statements.Length)
        {
            int to = from;
            int bytes = 0;
            while (to < statements.Length && to - from < SyncLimits.StatementsPerMessageMax && (to == from || bytes + statements[to].Encoded.Length <= SyncLimits.BatchBytes))
            {
                bytes += statements[to++].Encoded.Length;
            }

            yield return (statements[from..to], to == statements.Length);
            from = to;
        }
    }

    private static JoinRefusal? CheckInvite(ClockReading now, JoinGuest guest)
    {
        NetworkState state = guest.Network.Log.State;
        return state.InviteStandingAt(guest.Invite.Id, now.WallMilliseconds) switch
        {
            InviteStanding.Expired => JoinRefusal.Expired,
            InviteStanding.UsedUp => JoinRefusal.UsedUp,
            InviteStanding.Revoked or InviteStanding.Unknown => JoinRefusal.Revoked,
            _ => state.Members.Count >= MembershipLimits.MembersMax ? JoinRefusal.NetworkFull : null,
        };
    }

    private static bool Refuse(ClockReading now, SyncStream stream, JoinRefusal refusal)
    {
        stream.Stream.Write(now, ControlMessageType.JoinRefused, [(byte)refusal]);
        stream.Stream.Connection.Finish(now);
        return true;
    }

    private bool HandleGuestMessage(ClockReading now, SyncStream stream, JoinGuest guest, ControlMessageType type, ReadOnlySpan<byte> body)
    {
        LocalNetwork network = guest.Network;
        switch (type)
        {
            case ControlMessageType.Statements:
                return AdmitGuest(now, stream, guest, body);
            case ControlMessageType.SecretRequest when network.Log.State.Members.ContainsKey(guest.Node):
                return WelcomeBack(now, stream, guest);
            default:
                return false;
        }
    }

    private bool WelcomeBack(ClockReading now, SyncStream stream, JoinGuest guest)
    {
        // If the disk was full when its statement came, it was refused then, and is let in only now.
        if (!StoreTail(guest.Network).IsOk)
        {
            return Refuse(now, stream, JoinRefusal.Unavailable);
        }

        if (!_members.ContainsKey(guest.Node))
        {
            HandleNewStatements(now, guest.Network);
        }

        WriteSecret(now, stream, ControlMessageType.JoinAccepted, guest.Network);
        return true;
    }

    private bool AdmitGuest(ClockReading now, SyncStream stream, JoinGuest guest, ReadOnlySpan<byte> body)
    {
        LocalNetwork network = guest.Network;
        if (CheckInvite(now, guest) is { } refusal)
        {
            return Refuse(now, stream, refusal);
        }

        // Exactly one statement: the newcomer's own.
        if (!StatementsMessage.TryDecode(body, out StatementsMessage? message)
            || message.Statements.Count != 1
            || !Statement.TryDecode(message.Statements[0].Span, out Statement? statement)
            || statement.Author != guest.Node
            || statement.Body is not JoinBody join
            || join.InviteKey != guest.Invite.Id)
        {
            return Refuse(now, stream, JoinRefusal.Invalid);
        }

        AddResult added = network.Log.Add(statement);
        if (added is not (AddResult.Added or AddResult.Duplicate))
        {
            return Refuse(now, stream, JoinRefusal.Invalid);
        }

        StoreResult stored = StoreTail(network);
        if (!stored.IsOk)
        {
            return Refuse(now, stream, JoinRefusal.Unavailable);
        }

        bool isMember = network.Log.State.Members.TryGetValue(guest.Node, out Member? member);
        HandleNewStatements(now, network);
        if (!isMember)
        {
            return Refuse(now, stream, JoinRefusal.Invalid);
        }

        WriteSecret(now, stream, ControlMessageType.JoinAccepted, network);
        Raise(new NodeEvent.Admitted(network.Id, guest.Node, member!.Name));
        if (_members.TryGetValue(guest.Node, out RemotePeer? peer))
        {
            if (PathAddress.TryGetTcp(guest.Endpoint, out int connection) && _tcpLinks.TryGetValue(connection, out TcpLink? link))
            {
                TakeTcp(now, link, peer);
            }

            peer.Paths!.SetCandidates(now, CandidateSource.Invite, [guest.Endpoint]);
            Touch(now, peer);
        }

        return true;
    }
}
