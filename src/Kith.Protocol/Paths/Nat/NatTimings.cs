namespace Kith.Protocol.Paths.Nat;

/// <summary>When <see cref="NatMonitor"/> asks STUN servers. Each question tells a stranger that this address runs something, so as few as will do.</summary>
public static class NatTimings
{
    /// <summary>After a start or a change of network members get this long to say where they see us; then servers are asked.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Behind a translator and with no member that sees us, servers are asked again after this and up to as much again as <see cref="AskAgainSpread"/>.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    /// <summary>Drawn at random on top of <see cref="AskAgain"/>, so that no two nodes keep step.</summary>
    public static readonly TimeSpan AskAgainSpread = TimeSpan.FromMinutes(10);

    /// <summary>The first wait after servers could not be resolved or did not answer; doubles up to <see cref="AskAgain"/>.</summary>
    public static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(15);

    /// <summary>How long addresses of servers are used before their names are looked up again.</summary>
    public static readonly TimeSpan ServersValidity = TimeSpan.FromHours(1);

    /// <summary>Silence from outside for this long, and unanswered questions, mean that UDP is blocked.</summary>
    public static readonly TimeSpan BlockedAfterSilence = TimeSpan.FromSeconds(10);
}
