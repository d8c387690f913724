namespace Kith.Protocol.Netstack.Tcp;

/// <summary>What the sender is doing about losses.</summary>
internal enum RecoveryPhase
{
    /// <summary>None is known.</summary>
    Open,

    /// <summary>Fast recovery: segments were found lost while acknowledgments keep coming.</summary>
    Recovery,

    /// <summary>A retransmission timeout has passed.</summary>
    Loss,
}
