using Kith.Node.Control;

namespace Kith.Node;

/// <summary>What an invite allows.</summary>
public sealed record KithInviteOptions
{
    /// <summary>The network, by name or id. Default: the only one.</summary>
    public string? Network { get; init; }

    /// <summary>The role of whoever joins with it. Default: <see cref="MemberRole.Member"/>.</summary>
    public MemberRole Role { get; init; } = MemberRole.Member;

    /// <summary>How many devices may join with it, 1 to 65535. Default: 1.</summary>
    public int Uses { get; init; } = 1;

    /// <summary>How long it is good, one second to ten years. Default: a day.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(1);
}
