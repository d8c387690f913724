namespace Kith.Node.Control;

/// <summary>What is known of the translators between a device and the Internet.</summary>
/// <param name="Class">One of <c>unknown none easy addressDependent stepping hard blocked</c>.</param>
/// <param name="Text">What that means, in words.</param>
/// <param name="Ipv4">The outside IPv4 endpoint as it was last seen, or null.</param>
/// <param name="Ipv6">The outside IPv6 endpoint as it was last seen, or null.</param>
/// <param name="Filtering">Whose packets come in, in words; null if not known.</param>
/// <param name="Hairpin">Whether the router sends packets for its own outside address back in; null if not tried.</param>
/// <param name="DoubleNat">Whether a second translator stands behind the router; null if not known.</param>
public sealed record NatStatus(string Class, string Text, string? Ipv4 = null, string? Ipv6 = null, string? Filtering = null, bool? Hairpin = null, bool? DoubleNat = null);
