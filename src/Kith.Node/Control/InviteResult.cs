namespace Kith.Node.Control;

/// <summary>A new invite; what `kith invite --json` prints.</summary>
/// <param name="Invite">The line to hand over. A secret.</param>
/// <param name="Network">The name of the network it leads to.</param>
/// <param name="Role">The role of whoever joins with it.</param>
/// <param name="Uses">How many devices may join with it.</param>
/// <param name="Expires">Until when it is good. UTC.</param>
public sealed record InviteResult(string Invite, string Network, MemberRole Role, int Uses, DateTimeOffset Expires)
{
    /// <summary>Everything but the secret, so that no log shows it by accident.</summary>
    public override string ToString() => $"InviteResult {{ Network = {Network}, Role = {Role}, Uses = {Uses}, Expires = {Expires:O} }}";
}
