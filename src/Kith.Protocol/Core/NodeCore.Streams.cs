using Kith.Protocol.Core.Control;
using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Control streams: members keep each other's statements and whereabouts the same; newcomers are let in.</content>
public sealed partial class NodeCore
{
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StreamRetryInterval = TimeSpan.FromSeconds(2);

    private readonly List<SyncStream> _syncStreams = [];
    private readonly HashSet<InternetAddress> _stackAddresses = [];
    private readonly byte[] _messageBuffer = new byte[SyncLimits.MessageBytesMax];

    // The side with the lower id opens; the other one only if that has not happened for a while, as after a restart the first did not notice.
    private void OpenStreams(ClockReading now, RemotePeer peer)
    {
        if (now.Monotonic < peer.NextStream)
        {
            return;
        }

        foreach (LocalNetwork network in peer.Networks)
        {
            if (peer.Streams.ContainsKey(network.Id) || network.Self is not { } self)
            {
                continue;
            }

            bool isOurs = Id.CompareTo(peer.Id) < 0;
            if (!isOurs && !peer.IsStreamOverdue)
            {
                peer.IsStreamOverdue = true;
                peer.NextStream = now.Monotonic + StreamRetryInterval;
                return;
            }

            peer.IsStreamOverdue = false;
            InternetEndpoint control = new(network.Log.State.Members[peer.Id].V6, ControlConstants.Port);
            TcpConnection connection = _stack.Connect(now, self.V6, control);
            SyncStream stream = new(new ControlStream(connection), now) { Peer = peer };
            connection.Tag = stream;
            _syncStreams.Add(stream);
            WriteHello(now, stream.Stream, network.Id, StreamPurpose.Synchronize);
            Attach(now, stream, network);
        }
    }

    private void WriteHello(ClockReading now, ControlStream stream, NetworkId network, StreamPurpose purpose)
    {
        Span<byte> hello = stackalloc byte[HelloMessage.BodyBytes];
        new HelloMessage(ControlConstants.Version, network, purpose, Id).Encode(hello);
        stream.Write(now, ControlMessageType.Hello, hello);
    }

    private bool HandleStackEvents(ClockReading now)
    {
        bool any = false;
        while (_stack.TryGetEvent(out StackEvent stackEvent))
        {
            any = true;
            if (stackEvent.Kind == StackEventKind.Accepted && stackEvent.Listener == _control)
            {
                HandleAccepted(now, stackEvent.Connection!);
                continue;
            }

            // What is over for good gives its memory back by an abort.
            bool ended = stackEvent.Kind == StackEventKind.Closed;
            bool closed = ended || stackEvent.Kind == StackEventKind.PeerFinished;
            switch (stackEvent.Connection?.Tag)
            {
                case SyncStream stream:
                    HandleSyncStream(now, stream, closed, ended);
                    break;
                case JoinAttempt join when join.Stream?.Connection == stackEvent.Connection:
                    HandleJoinStream(now, join, closed);
                    break;
                default:
                    HandleApplicationEvent(now, stackEvent);
                    break;
            }
        }

        return any;
    }

    private void HandleAccepted(ClockReading now, TcpConnection connection)
    {
        InternetAddress remote = connection.Remote.Address;
        RemotePeer? peer = null;
        if (!_guests.TryGetValue(remote, out JoinGuest? guest) && _routes.TryGetValue(remote, out PeerRoute route))
        {
            peer = route.Peer;
        }

        if (peer is not null && IsCrowding(peer))
        {
            NoteNuisance(now, peer.Id, NuisanceKind.Streams);
            connection.Abort(now);
            return;
        }

        if ((guest is null && peer is null) || _syncStreams.Count >= _members.Count + NodeLimits.SpareStreamsMax)
        {
            connection.Abort(now);
            return;
        }

        SyncStream stream = new(new ControlStream(connection), now) { Peer = peer, Guest = guest };
        connection.Tag = stream;
        _syncStreams.Add(stream);
        HandleSyncStream(now, stream, closed: false);
    }

    private void HandleSyncStream(ClockReading now, SyncStream stream, bool closed, bool ended = false)
    {
        ControlStream control = stream.Stream;
        control.Flush(now);
        bool holds = true;
        while (holds && MayRead(now, stream) && control.TryRead(now, out ControlMessageType type, out ReadOnlySpan<byte> body))
        {
            ChargeRead(now, stream, body.Length);
            holds = HandleMessage(now, stream, type, body);
        }

        if ((!holds || control.IsBroken) && stream is { Peer: { } peer, Network: not null })
        {
            NoteNuisance(now, peer.Id, stream.IsLying ? NuisanceKind.FalseStatements : NuisanceKind.BrokenMessages);
        }

        if (closed || !holds || control.IsBroken)
        {
            CloseStream(now, stream, abort: ended || !holds || control.IsBroken);
        }
        else
        {
            Produce(now, stream);
        }
    }

    private bool HandleMessage(ClockReading now, SyncStream stream, ControlMessageType type, ReadOnlySpan<byte> body)
    {
        if (stream.Network is null)
        {
            return type == ControlMessageType.Hello && HelloMessage.TryDecode(body, out HelloMessage hello) && HandleHello(now, stream, hello);
        }

        if (stream.Guest is { } guest)
        {
            return HandleGuestMessage(now, stream, guest, type, body);
        }

        return type switch
        {
            ControlMessageType.Statements => TakeStatements(now, stream, body),
            ControlMessageType.Whereabouts => TakeWhereabouts(now, stream, body),
            ControlMessageType.Links => TakeLinks(now, stream, body),
            ControlMessageType.SecretRequest => AnswerSecretRequest(now, stream, body),
            ControlMessageType.Secret => TakeSecret(now, stream.Network, body),
            _ => true,
        };
    }

    private bool HandleHello(ClockReading now, SyncStream stream, in HelloMessage hello)
    {
        if (stream.Guest is { } guest)
        {
            return hello.Purpose == StreamPurpose.Join && hello.Network == guest.Network.Id && BeginGuest(now, stream, guest, hello);
        }

        NetworkId wanted = hello.Network;
        LocalNetwork? network = stream.Peer!.Networks.Find(shared => shared.Id == wanted);
        if (hello.Version != ControlConstants.Version || hello.Purpose != StreamPurpose.Synchronize || hello.Node != stream.Peer.Id || network is null)
        {
            return false;
        }

        Attach(now, stream, network);
        return true;
    }

    private void Attach(ClockReading now, SyncStream stream, LocalNetwork network)
    {
        stream.Network = network;
        stream.Sync = new SyncSession(network.Log);
        if (stream.Peer!.Streams.Remove(network.Id, out SyncStream? previous))
        {
            CloseStream(now, previous, abort: true);
        }

        stream.Peer.Streams[network.Id] = stream;
        stream.Peer.IsStreamOverdue = false;
        SendWhereabouts(now, stream);
        SendLinks(now, stream);
        Produce(now, stream);
    }

    // Writes whatever the synchronisation wants to say next, as long as the stream takes it.
    private void Produce(ClockReading now, SyncStream stream)
    {
        while (stream.Sync is { } sync && stream.Stream.CanProduce && sync.TryGetMessage(_messageBuffer, out int length))
        {
            stream.Stream.Write(now, ControlMessageType.Statements, _messageBuffer.AsSpan(0, length));
        }

        if (stream.OwesWhereabouts && stream.Stream.CanProduce)
        {
            SendWhereabouts(now, stream);
        }

        if (stream.OwesLinks && stream.Stream.CanProduce)
        {
            SendLinks(now, stream);
        }

        while (stream.Feed is { } feed && stream.Stream.CanProduce)
        {
            if (feed.MoveNext())
            {
                WriteStatements(now, stream.Stream, feed.Current.Statements, feed.Current.IsLast);
            }
            else
            {
                stream.Feed = null;
            }
        }
    }

    private bool TakeStatements(ClockReading now, SyncStream stream, ReadOnlySpan<byte> body)
    {
        LocalNetwork network = stream.Network!;
        int before = network.Log.Statements.Count;
        ChargeCheck(now, stream, StatementsMessage.CountIn(body));
        SyncResult result = stream.Sync!.HandleMessage(body);
        if (network.Log.Statements.Count != before)
        {
            network.Repair?.TakeWaiting(network.Log);
            StoreTail(network);
            HandleNewStatements(now, network);
            RepairIfWhole(now, network);
            NoteStatements(now, network, before);
        }

        stream.IsLying = result == SyncResult.BadStatement;
        return result == SyncResult.Ok;
    }

    // What has entered a log is told on to every stream of its network, and may have changed who is a member.
    private void HandleNewStatements(ClockReading now, LocalNetwork network, bool keepPeers = false)
    {
        bool wasActive = network.WasActive;
        network.WasActive = network.IsActive;
        if (wasActive && !network.IsActive)
        {
            Raise(new NodeEvent.Removed(network.Id, network.Log.State.Name));
        }

        network.KeepMemoryAt = Instant.Min(network.KeepMemoryAt, now.Monotonic + KeepMemoryInterval);
        UseSecretFromLog(network);
        foreach (SyncStream stream in _syncStreams.ToList())
        {
            if (stream.Network == network)
            {
                Produce(now, stream);
            }
        }

        if (!keepPeers)
        {
            Reconcile(now);
        }
    }

    // For a joiner, whose log is only what this one stream brings: every statement must fit.
    private static bool TryAddAll(MembershipLog log, ReadOnlySpan<byte> body, out bool isCaughtUp)
    {
        isCaughtUp = false;
        if (!StatementsMessage.TryDecode(body, out StatementsMessage? message))
        {
            return false;
        }

        foreach (ReadOnlyMemory<byte> encoded in message.Statements)
        {
            if (log.TryAdd(encoded.Span, out _) is not (AddResult.Added or AddResult.Duplicate or AddResult.Fork))
            {
                return false;
            }
        }

        isCaughtUp = message.IsCaughtUp;
        return true;
    }

    private static void WriteStatements(ClockReading now, ControlStream stream, IReadOnlyList<Statement> statements, bool isCaughtUp)
    {
        StatementsMessage message = new(isCaughtUp, [.. statements.Select(statement => statement.Encoded)]);
        byte[] body = new byte[message.EncodedLength];
        message.Encode(body);
        stream.Write(now, ControlMessageType.Statements, body);
    }

    private void LeaveStreamsOf(ClockReading now, RemotePeer peer, IReadOnlyCollection<LocalNetwork> kept)
    {
        foreach (SyncStream stream in _syncStreams.Where(stream => (stream.Peer == peer || stream.Guest?.Invite == peer) && (stream.Network is null || !kept.Contains(stream.Network))).ToList())
        {
            CloseStream(now, stream, abort: true);
        }
    }

    private void CloseStream(ClockReading now, SyncStream stream, bool abort)
    {
        if (!_syncStreams.Remove(stream))
        {
            return;
        }

        if (stream.Peer is { } peer && stream.Network is { } network && peer.Streams.GetValueOrDefault(network.Id) == stream)
        {
            peer.Streams.Remove(network.Id);
            peer.NextStream = now.Monotonic + StreamRetryInterval;
        }

        stream.Stream.Connection.Tag = null;
        if (abort)
        {
            stream.Stream.Connection.Abort(now);
        }
        else
        {
            stream.Stream.Connection.Finish(now);
        }
    }

    private void CloseIdleStreams(ClockReading now)
    {
        foreach (SyncStream stream in _syncStreams.ToList())
        {
            bool mute = stream.Network is null && now.Monotonic - stream.Opened > HelloTimeout;
            bool gone = stream.Peer is { Paths.Online: false } && now.Monotonic - stream.Opened > HelloTimeout;
            bool forgotten = stream.Guest is { } guest && now.Monotonic - guest.LastHeard > HelloTimeout;
            if (mute || gone || forgotten)
            {
                CloseStream(now, stream, abort: true);
            }
        }
    }
}
