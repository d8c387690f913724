namespace Kith.Tunnel.Linux;

/// <summary>One attribute of a netlink message: its kind without the flag bits, and its value.</summary>
internal readonly ref struct NetlinkAttribute(int type, ReadOnlySpan<byte> value)
{
    public int Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;
}
