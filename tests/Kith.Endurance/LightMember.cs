using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>
/// A member that says to one node all that an idle member says, and keeps nothing else: its tunnel, answers to path pings, and its end of the control stream,
/// synchronised against a log that thousands of these share.
/// </summary>
internal sealed class LightMember : IWireEnd, IDisposable
{
    private static readonly byte[] s_message = new byte[SyncLimits.MessageBytesMax];

    private readonly NodeKey _key;
    private readonly MembershipLog _log;
    private readonly TunnelMachine _machine;
    private readonly TunnelPeer _hub;
    private readonly InternetEndpoint _hubEndpoint;
    private readonly NodeId _hubId;
    private readonly NetworkStack _stack;
    private readonly TunnelOutbox _outbox;
    private ControlStream? _control;
    private SyncSession? _sync;

    public LightMember(NodeKey key, MembershipLog log, NodeId hub, InternetEndpoint hubEndpoint, InternetEndpoint endpoint, RandomSource random)
    {
        _key = key;
        _log = log;
        _hubId = hub;
        _hubEndpoint = hubEndpoint;
        Endpoint = endpoint;
        Span<byte> secret = stackalloc byte[32];
        key.CopyTunnelPrivateKey(secret);
        _machine = new TunnelMachine(secret, new ReceiverIndexTable(), new HandshakeClock(0), random);
        if (!hub.TryGetTunnelPublicKey(out Bytes32 hubKey))
        {
            throw new ArgumentException("The hub's id is no key.", nameof(hub));
        }

        _hub = _machine.AddPeer(hubKey, new PeerLink(1));
        _hub.Link.Endpoint = hubEndpoint;
        _stack = new NetworkStack(new NetworkStackOptions { ConnectionsMax = 16, ListenersMax = 4 }, random, new LocalPorts());
        _stack.AddAddress(log.State.Members[key.Id].V6);
        _stack.Listen(InternetAddress.None, ControlConstants.Port, 4);
        _outbox = new TunnelOutbox(_machine, _hub, _stack);
    }

    /// <inheritdoc/>
    public InternetEndpoint Endpoint { get; }

    /// <inheritdoc/>
    public Instant NextTimeout => Instant.Min(_machine.NextTimeout, _stack.NextTimeout);

    /// <summary>Whether its control stream has told all and heard all.</summary>
    public bool IsInStep => _sync?.IsCaughtUp == true;

    /// <summary>Calls the hub.</summary>
    public void Connect(ClockReading now) => _machine.BeginHandshake(now, _hub);

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now)
    {
        _machine.HandleTimeout(now);
        _stack.HandleTimeout(now.Monotonic);
        HandleStack(now);
    }

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
        TunnelVerdict verdict = _machine.HandleDatagram(now, source, datagram, out _, out _, out Span<byte> plaintext);
        if (verdict != TunnelVerdict.Plaintext || plaintext.IsEmpty)
        {
            return;
        }

        if (plaintext[0] >> 4 is 4 or 6)
        {
            _stack.HandlePacket(now.Monotonic, plaintext);
            HandleStack(now);
        }
        else if (PathPing.TryDecode(plaintext, out PathPing ping))
        {
            Span<byte> pong = stackalloc byte[PathPong.BytesMax];
            _machine.Send(now, _hub, pong[..new PathPong(ping.Id, _hubEndpoint).Encode(pong)]);
        }
    }

    /// <inheritdoc/>
    public int TakeDatagram(ClockReading now, Span<byte> buffer, out InternetEndpoint destination)
    {
        destination = _hubEndpoint;
        return _outbox.Take(now, buffer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine.Dispose();
        _key.Dispose();
    }

    private void HandleStack(ClockReading now)
    {
        while (_stack.TryGetEvent(out StackEvent stackEvent))
        {
            if (stackEvent.Kind == StackEventKind.Accepted)
            {
                _control?.Connection.Abort(now.Monotonic);
                _control = new ControlStream(stackEvent.Connection!);
                _sync = null;
            }
        }

        if (_control is not { } control)
        {
            return;
        }

        control.Flush(now.Monotonic);
        while (control.TryRead(now.Monotonic, out ControlMessageType type, out ReadOnlySpan<byte> body))
        {
            if (type == ControlMessageType.Hello)
            {
                Introduce(now, control);
            }
            else if (type == ControlMessageType.Statements)
            {
                _sync?.HandleMessage(body);
            }
        }

        while (_sync is { } sync && control.CanProduce && sync.TryGetMessage(s_message, out int length))
        {
            control.Write(now.Monotonic, ControlMessageType.Statements, s_message.AsSpan(0, length));
        }
    }

    private void Introduce(ClockReading now, ControlStream control)
    {
        _sync = new SyncSession(_log);
        Whereabouts whereabouts = Whereabouts.Sign(
            _key, (ulong)now.WallMilliseconds, now.WallMilliseconds, NatClass.Unknown, [new Candidate(CandidateKind.Lan, Endpoint)], []);
        control.Write(now.Monotonic, ControlMessageType.Whereabouts, One(whereabouts.Encoded));
        LinkReport report = LinkReport.Sign(_key, _log.Id, (ulong)now.WallMilliseconds, [StatedLink.Of(_hubId.ShortId, TimeSpan.FromMilliseconds(2), 0)]);
        control.Write(now.Monotonic, ControlMessageType.Links, One(report.Encoded));
    }

    private static byte[] One(ReadOnlySpan<byte> record)
    {
        byte[] body = new byte[4 + record.Length];
        SpanWriter writer = new(body);
        writer.WriteUInt16(1);
        writer.WriteUInt16((ushort)record.Length);
        writer.WriteBytes(record);
        return body;
    }
}
