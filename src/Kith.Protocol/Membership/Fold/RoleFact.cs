namespace Kith.Protocol.Membership.Fold;

/// <summary>A statement that counts and gave a device a role: its admission or a change. Who has seen it grants that role to the device.</summary>
/// <param name="Entry">The statement.</param>
/// <param name="Role">The role it gave.</param>
internal readonly record struct RoleFact(LogEntry Entry, MemberRole Role);
