namespace Kith.Protocol.Discovery.Lan;

/// <summary>One thing an identity says of this node: under which key, as what.</summary>
internal sealed record LanClaim(byte[] Key, LanRole Role)
{
    public bool IsSame(LanClaim other) => Role == other.Role && Key.AsSpan().SequenceEqual(other.Key);
}
