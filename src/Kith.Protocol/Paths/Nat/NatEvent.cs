namespace Kith.Protocol.Paths.Nat;

/// <summary>What a <see cref="NatMonitor"/> has to say.</summary>
public enum NatEvent
{
    /// <summary><see cref="NatMonitor.Report"/> or <see cref="NatMonitor.Observed"/> changed.</summary>
    Changed,

    /// <summary>Addresses of STUN servers are wanted now: <see cref="NatMonitor.HandleServers"/>.</summary>
    ServersWanted,
}
