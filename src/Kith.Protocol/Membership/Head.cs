using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>The last statement of an author's chain. A forked author has several.</summary>
/// <param name="Author">The author.</param>
/// <param name="Sequence">The statement's place in the chain.</param>
/// <param name="Hash">The statement's hash.</param>
public readonly record struct Head(NodeId Author, ulong Sequence, Bytes32 Hash)
{
    /// <summary>The encoded length in bytes.</summary>
    public const int Length = 32 + 8 + 32;
}
