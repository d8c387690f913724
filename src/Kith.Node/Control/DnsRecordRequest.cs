namespace Kith.Node.Control;

/// <summary>Asks for the TXT record that leads members, or joiners, to this device.</summary>
/// <param name="Name">The name it is to be published under, one's own; without <c>_kith</c>.</param>
/// <param name="Network">The network whose members may read it, or null for the only one.</param>
/// <param name="Invite">An invite whose holders may read it instead, or null. A secret.</param>
public sealed record DnsRecordRequest(string Name, string? Network, string? Invite)
{
    /// <summary>Without the secret, so that no log shows it by accident.</summary>
    public override string ToString() => $"DnsRecordRequest {{ Name = {Name}, Network = {Network} }}";
}
