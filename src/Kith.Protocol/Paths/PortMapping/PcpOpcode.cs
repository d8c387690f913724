namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What a PCP message is about (RFC 6887 section 19.2).</summary>
public enum PcpOpcode : byte
{
    /// <summary>Nothing but the epoch: "are you there, and since when?".</summary>
    Announce = 0,

    /// <summary>An inbound mapping.</summary>
    Map = 1,
}
