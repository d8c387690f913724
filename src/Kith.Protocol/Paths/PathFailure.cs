namespace Kith.Protocol.Paths;

/// <summary>Why a path does not carry data, as far as this node can tell.</summary>
public enum PathFailure
{
    /// <summary>It has not failed.</summary>
    None,

    /// <summary>No ping was ever answered.</summary>
    NeverAnswered,

    /// <summary>Pings were answered once, and no more.</summary>
    FellSilent,
}
