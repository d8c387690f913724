namespace Kith.Protocol.Membership.Fold;

/// <summary>What an author may do, as far as one of its statements had seen, and the two statements that this rests on.</summary>
/// <param name="Role">The role; null for one who is no member there.</param>
/// <param name="Admission">The statement by which the author was admitted.</param>
/// <param name="RoleGiven">The statement by which the author got its role; often the same.</param>
internal readonly record struct Authority(MemberRole? Role, LogEntry? Admission, LogEntry? RoleGiven)
{
    internal bool IsMember => Role is not null;

    internal bool IsAdmin => Role == MemberRole.Admin;
}
