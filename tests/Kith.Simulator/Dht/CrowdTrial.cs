using System.Globalization;
using Kith.Protocol.Discovery.Dht;

namespace Kith.Simulator.Dht;

/// <summary>Items put by some nodes of a crowd and looked for by others, and what share was found.</summary>
internal sealed class CrowdTrial(DhtCrowd crowd, SeededRandom random)
{
    private readonly List<int> _hops = [];
    private readonly List<int> _queries = [];

    /// <summary>Lookups begun.</summary>
    public int Lookups { get; private set; }

    /// <summary>Lookups that found the very item that was put.</summary>
    public int Found { get; private set; }

    /// <summary>Nodes in a row that led to an item, at most.</summary>
    public int HopsMax => _hops.Count == 0 ? 0 : _hops.Max();

    /// <summary>Puts an item under a key of its own; the key's seed is returned.</summary>
    public (byte[] Seed, CrowdResult Put) Put(byte[]? seed = null)
    {
        byte[] own = seed ?? DrawSeed();
        return (own, crowd.Put(crowd.Draw(), Item(own)));
    }

    /// <summary>A seed of a key.</summary>
    public byte[] DrawSeed()
    {
        byte[] seed = new byte[32];
        random.Fill(seed);
        return seed;
    }

    /// <summary>The item that is put under a seed's key: as long as what members put.</summary>
    public static DhtItem Item(byte[] seed)
    {
        byte[] value = new byte[940];
        "936:"u8.CopyTo(value);
        seed.CopyTo(value, 4);
        return DhtItem.Sign(seed, default, 1_767_225_600, value);
    }

    /// <summary>Looks for each item from as many nodes as told, a few at a time.</summary>
    public void Get(IReadOnlyList<byte[]> seeds, int lookupsEach)
    {
        foreach (byte[][] some in seeds.Chunk(10))
        {
            List<(DhtItem Item, CrowdResult Result)> under = [];
            foreach (byte[] seed in some)
            {
                DhtItem item = Item(seed);
                for (int i = 0; i < lookupsEach; i++)
                {
                    under.Add((item, crowd.Get(crowd.Draw(), item.PublicKey.ToArray())));
                }
            }

            crowd.Await([.. under.Select(entry => entry.Result)]);
            foreach ((DhtItem item, CrowdResult result) in under)
            {
                Count(item, result);
            }
        }
    }

    /// <summary>The figures in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Found} of {Lookups} lookups found the item ({100.0 * Found / Lookups:F2} %), hops {_hops.DefaultIfEmpty().Average():F1} on average, {HopsMax} at most; {_queries.DefaultIfEmpty().Average():F0} nodes asked");

    private void Count(DhtItem item, CrowdResult result)
    {
        Lookups++;
        _queries.Add(result.Queries);
        if (result.Found is { } found && found.Value.SequenceEqual(item.Value))
        {
            Found++;
            _hops.Add(result.Hops);
        }
    }
}
