using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <summary>All ports from <see cref="PunchTimings.SprayPortMin"/> up, each once, from a random start by a random stride.</summary>
public sealed class PortWalk
{
    /// <summary>How many ports there are: 2^10 · 3² · 7.</summary>
    public const int Count = 65536 - PunchTimings.SprayPortMin;

    private readonly int _stride;
    private int _at;

    /// <summary>Draws start and stride.</summary>
    public PortWalk(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _at = random.NextBelow(Count);
        do
        {
            _stride = random.NextBelow(Count);
        }
        while (_stride % 2 == 0 || _stride % 3 == 0 || _stride % 7 == 0);
    }

    /// <summary>The next port.</summary>
    public ushort Next()
    {
        _at = (_at + _stride) % Count;
        return (ushort)(PunchTimings.SprayPortMin + _at);
    }
}
