namespace Kith.Node.Control;

/// <summary>Asks to remove a device or to take back an invite.</summary>
/// <param name="Subject">The device, or the line of an invite.</param>
/// <param name="Network">The network, or null for the only one it is in.</param>
public sealed record RevokeRequest(string Subject, string? Network = null)
{
    /// <summary>Without the subject, which may be an invite and so a secret.</summary>
    public override string ToString() => nameof(RevokeRequest);
}
