namespace Kith.Lab.Floods;

/// <summary>Addresses and ports that a flood claims to come from: any of 198.18.0.0/15 (RFC 2544), and the ports that systems give.</summary>
internal sealed class ForgedSources(int seed)
{
    /// <summary>The range, for the route that leads what is sent back there into nothing.</summary>
    public const string Range = "198.18.0.0/15";

    private const uint First = (198u << 24) | (18u << 16);
    private const int Count = 1 << 17;
    private const int PortFirst = 1024;

    private readonly Random _random = new(seed);

    /// <summary>The next one.</summary>
    public (uint Address, ushort Port) Next() => (First + (uint)_random.Next(Count), (ushort)_random.Next(PortFirst, ushort.MaxValue + 1));
}
