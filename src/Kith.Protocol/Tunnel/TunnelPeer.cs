using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// One peer of a <see cref="TunnelMachine"/>: its keys, its sessions and the handshake under way. Made by <see cref="TunnelMachine.AddPeer"/>; belongs to the
/// machine's thread, apart from <see cref="Link"/>, which any thread may read.
/// </summary>
public sealed class TunnelPeer
{
    internal TunnelPeer(PeerKeys keys, PeerLink link, InitiatorHandshake initiator, bool severalDevices)
    {
        Keys = keys;
        Link = link;
        Initiator = initiator;
        SeveralDevices = severalDevices;
        Cookies = new CookieGenerator(keys.PublicKeyBytes);
        Timestamps = new TimestampMemory(severalDevices);
    }

    /// <summary>The peer's static public key.</summary>
    public Bytes32 PublicKey => Keys.PublicKey;

    /// <summary>What the fast path knows of the peer. The machine sets <see cref="PeerLink.Current"/>, the caller the rest.</summary>
    public PeerLink Link { get; }

    /// <summary>Whether several devices hold this key at the same time, as with an invite; see <see cref="TunnelMachine.AddPeer"/>.</summary>
    public bool SeveralDevices { get; }

    /// <summary>For the caller to find its own object by.</summary>
    public object? Tag { get; set; }

    /// <summary>When a session was last established; null if never.</summary>
    public Instant? LastHandshake { get; internal set; }

    /// <summary>Whether initiations are being sent.</summary>
    public bool IsHandshakeUnderWay { get; internal set; }

    /// <summary>Whether secrets of a handshake under way are in memory; they are wiped the moment it succeeds or is given up.</summary>
    public bool HoldsEphemeralSecrets => !Initiator.IsWiped;

    /// <summary>After how much silence an empty packet is sent to keep mappings on the way open; null for never. Set by <see cref="TunnelMachine.SetPersistentKeepalive"/>.</summary>
    public TimeSpan? PersistentKeepalive { get; internal set; }

    /// <summary>The session that packets are sealed with; null if there is none. With several devices, the one heard last.</summary>
    public TransportSession? Session => Current?.Session;

    /// <summary>Sessions alive, proven or not.</summary>
    public int SessionCount =>
        Previous.Count + (Several?.Count ?? 0) + (Current is null || Several is not null ? 0 : 1) + (Next is null ? 0 : 1);

    /// <summary>Packets that wait for a session.</summary>
    public int StagedPackets => Staged.Count;

    /// <summary>Packets that waited for a session and were dropped to make room.</summary>
    public long StagedDropped => Staged.Dropped;

    /// <summary>Sessions established so far.</summary>
    public long HandshakesCompleted { get; internal set; }

    /// <summary>Initiations sent so far.</summary>
    public long InitiationsSent { get; internal set; }

    /// <summary>Authentic initiations received so far.</summary>
    public long InitiationsAccepted { get; internal set; }

    internal PeerKeys Keys { get; }

    internal CookieGenerator Cookies { get; }

    internal InitiatorHandshake Initiator { get; }

    internal TimestampMemory Timestamps { get; }

    internal PacketQueue Staged { get; } = new();

    // What came before, oldest first, for packets still on their way; what we seal with; and what as responder we have not heard on yet.
    internal List<SessionSlot> Previous { get; } = new(TunnelLimits.PreviousSessionsMax + 1);

    internal SessionSlot? Current { get; set; }

    internal SessionSlot? Next { get; set; }

    // Only with several devices, oldest first; then Current is one of these and the others stay empty.
    internal List<SessionSlot>? Several { get; set; }

    // The peer began a handshake while ours was under way, and its session is to win.
    internal bool GivesWay { get; set; }

    internal uint? PendingIndex { get; set; }

    /// <summary>
    /// For how long an unanswered handshake is repeated, every <see cref="TunnelSpecification.RekeyTimeout"/>, before it is given up. The
    /// specification's time unless the caller calls on a schedule of its own; zero tries once.
    /// </summary>
    public TimeSpan AttemptTime { get; set; } = TunnelSpecification.RekeyAttemptTime;

    internal Instant AttemptStarted { get; set; }

    internal Instant RetryAt { get; set; } = Instant.Never;

    // Initiations and responses alike: whichever side spoke last, the other is given time.
    internal Instant? LastHandshakeSent { get; set; }

    // Whether the initiation under way was sent because a cookie came for the one before.
    internal bool HasUsedCookie { get; set; }

    // Answers to the initiation under way that were worked on without a cookie.
    internal int ResponsesTried { get; set; }

    internal Instant? LastInitiationAccepted { get; set; }

    internal Instant? GaveUpAt { get; set; }

    internal Instant? LastKeepaliveTry { get; set; }

    internal Instant? KeepaliveSetAt { get; set; }

    internal Instant FollowUpAt { get; set; } = Instant.Never;

    internal TimeSpan Jitter { get; set; }

    internal Instant Deadline { get; set; } = Instant.Never;

    internal int ScheduleIndex { get; set; } = -1;
}
