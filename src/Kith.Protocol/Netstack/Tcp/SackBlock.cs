using System.Runtime.CompilerServices;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>One block of a SACK option as it stands on the wire: the first number and the one behind the last (RFC 2018 section 3).</summary>
internal readonly record struct SackBlock(uint Start, uint End);

/// <summary>The up to four blocks that fit a TCP header.</summary>
[InlineArray(Max)]
internal struct SackBlocks
{
    /// <summary>How many blocks fit 40 bytes of options.</summary>
    public const int Max = 4;

    private SackBlock _first;
}
