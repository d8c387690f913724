using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Punching;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>Another device, or an invite's key, as the core holds it: its tunnel, its paths and the control streams to it.</summary>
internal sealed class RemotePeer(NodeId id, RemotePeerKind kind, TunnelMachine machine, TunnelPeer tunnel, PathTable? paths)
{
    /// <summary>The device; for an invite its public key in the same form.</summary>
    public NodeId Id { get; } = id;

    /// <summary>What it is to us.</summary>
    public RemotePeerKind Kind { get; } = kind;

    /// <summary>The tunnel machine (one per local key) that holds its sessions.</summary>
    public TunnelMachine Machine { get; } = machine;

    /// <summary>Its sessions.</summary>
    public TunnelPeer Tunnel { get; } = tunnel;

    /// <summary>What the fast path sees of it.</summary>
    public PeerLink Link => Tunnel.Link;

    /// <summary>Where it may be reached; null for an invite's key, which is answered where it calls from.</summary>
    public PathTable? Paths { get; } = paths;

    /// <summary>Opens the way to it where translators are between; null where <see cref="Paths"/> is.</summary>
    public Puncher? Puncher { get; set; }

    /// <summary>The networks that this device and that one are both in.</summary>
    public List<LocalNetwork> Networks { get; } = [];

    /// <summary>The open control stream of each shared network.</summary>
    public Dictionary<NetworkId, SyncStream> Streams { get; } = [];

    /// <summary>The device as relay frames name it.</summary>
    public ulong ShortId { get; } = id.ShortId;

    /// <summary>Where its packets go now, ways through relays and over TCP included; what <see cref="Link"/> says follows from it.</summary>
    public InternetEndpoint? PathEndpoint { get; set; }

    /// <summary>Whether it answers on a path that is not itself relayed, so that it can be a next hop.</summary>
    public bool IsNeighbour { get; set; }

    /// <summary>Whether its path has been measured, so that it can be stated.</summary>
    public bool IsMeasured { get; set; }

    /// <summary>The ways through relays that it is tried on, by the neighbour they begin with: how often a packet is passed on.</summary>
    public Dictionary<RemotePeer, byte> Relays { get; set; } = [];

    /// <summary>Whom packets of others for it are passed on to where it is no neighbour; null if no way is known.</summary>
    public RemotePeer? NextHop { get; set; }

    /// <summary>How many links that way has.</summary>
    public int Distance { get; set; }

    /// <summary>
    /// Whom a packet is passed on to that comes from <see cref="NextHop"/> itself, which knows better than we do yet that its way is broken: best first, at most
    /// <see cref="NodeLimits.RelayCandidatesMax"/>, each with the number of links.
    /// </summary>
    public List<(RemotePeer Via, int Distance)> Detours { get; } = [];

    /// <summary>The network whose members know that way.</summary>
    public LocalNetwork? RouteNetwork { get; set; }

    /// <summary>Whether the path its data takes is in doubt, so that ways around it are wanted.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>When its path table wants to be woken, as far as the core's deadline queue knows.</summary>
    public Instant Scheduled { get; set; } = Instant.Never;

    /// <summary>When a handshake is next tried while it is not reachable.</summary>
    public Instant NextAttempt { get; set; }

    /// <summary>Since when it has not been reachable, where it is not.</summary>
    public Instant OfflineSince { get; set; }

    /// <summary>Attempts in a row without an answer.</summary>
    public int Attempts { get; set; }

    /// <summary>When a control stream to it may next be opened.</summary>
    public Instant NextStream { get; set; }

    /// <summary>Whether it is the other side's turn to open one and has been for a while.</summary>
    public bool IsStreamOverdue { get; set; }

    /// <summary>Whether it stands in the core's queue of peers with probes to send.</summary>
    public bool IsProbing { get; set; }

    /// <summary>The handshake that is under way, so that an endpoint learnt of meanwhile can be tried at once with the same bytes.</summary>
    public byte[]? LastInitiation { get; set; }

    /// <summary>When <see cref="LastInitiation"/> was first sent.</summary>
    public Instant LastInitiationAt { get; set; }

    /// <summary>When it is next looked for in the DHT while it is not reachable.</summary>
    public Appointment Lookup { get; } = new();

    /// <summary>When its mailbox is next looked into.</summary>
    public Appointment Mail { get; } = new();

    /// <summary>When word was last left for it, in which quarter of an hour, and which of our records it was.</summary>
    public (Instant At, uint Quarter, ulong Sequence) Word { get; set; }

    /// <summary>Whether word is to be left at once.</summary>
    public bool IsWordDue { get; set; }

    /// <summary>The sequence number of the newest word of it that was found; null if none was.</summary>
    public long? MailSeen { get; set; }

    /// <summary>When the wish to speak to it counts again while it is not reachable.</summary>
    public Appointment Want { get; } = new();

    /// <summary>When somebody last wanted to speak to it while it was not reachable.</summary>
    public Instant WantedAt { get; set; } = new(long.MinValue / 2);

    /// <summary>What each source said of it.</summary>
    public Discovery.Sources.SourceLog Words { get; } = new();

    /// <summary>Which of the places that trackers name is tried next.</summary>
    public uint NextGuess { get; set; }

    /// <summary>How much of its control messages is worked on, over all streams.</summary>
    public RateBudget ControlBudget { get; } = new(NuisanceLimits.ControlUnitsPerSecond, NuisanceLimits.ControlBurst);

    /// <summary>How many statements it may author before that is worth a word.</summary>
    public RateBudget StatementBudget { get; } = new(NuisanceLimits.StatementsPerSecond, NuisanceLimits.StatementBurst);

    /// <summary>How many whereabouts of it are taken.</summary>
    public RateBudget WhereaboutsBudget { get; } = new(NuisanceLimits.RecordsPerSecond, NuisanceLimits.RecordBurst);

    /// <summary>How many link reports of it are taken.</summary>
    public RateBudget LinksBudget { get; } = new(NuisanceLimits.RecordsPerSecond, NuisanceLimits.RecordBurst);

    /// <summary>What the shell was last told of it.</summary>
    public bool ReportedOnline { get; set; }
}
