namespace Kith.Protocol.Netstack;

/// <summary>What decides how fast a TCP connection sends.</summary>
public enum CongestionControlKind
{
    /// <summary>CUBIC (RFC 9438): takes every loss for a full queue.</summary>
    Cubic,

    /// <summary>
    /// BBR (draft-cardwell-iccrg-bbr-congestion-control-00): follows the rate at which data arrives and the least round trip, so that a radio link that loses one
    /// packet in a hundred stays usable; answers losses that more than a few packets in a hundred suffer.
    /// </summary>
    Bbr,
}
