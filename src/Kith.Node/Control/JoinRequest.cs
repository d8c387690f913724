namespace Kith.Node.Control;

/// <summary>Asks to join the network of an invite.</summary>
/// <param name="Invite">The line of the invite. A secret.</param>
public sealed record JoinRequest(string Invite)
{
    /// <summary>Without the secret, so that no log shows it by accident.</summary>
    public override string ToString() => nameof(JoinRequest);
}
