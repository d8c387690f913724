namespace Kith.Tunnel;

/// <summary>One offload of the kernel and whether the fast path uses it.</summary>
/// <param name="Name">The field's own name for it, such as <c>UDP_SEGMENT</c> or <c>TSO</c>.</param>
/// <param name="IsActive">Whether it is in use.</param>
/// <param name="Reason">Why it is not; empty if it is.</param>
public sealed record OffloadStatus(string Name, bool IsActive, string Reason);
