using Kith.Fuzz.Coverage;
using Kith.Protocol.Crypto;
using Kith.Protocol.Discovery;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a cache file without the hash at its end, which nothing would get past.</summary>
[Covers(typeof(Protocol.Discovery.WhereaboutsCache))]
internal sealed class WhereaboutsCacheTarget : IFuzzTarget
{
    public string Name => "whereabouts-cache";

    public int InputBytesMax => 4096;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            WhereaboutsCache cache = new();
            yield return cache.Encode()[..^Blake2s.HashBytes];
            foreach (Whereabouts record in WhereaboutsSamples.All())
            {
                cache.Offer(record);
                yield return cache.Encode()[..^Blake2s.HashBytes];
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!WhereaboutsCache.TryDecodeBody(input, out WhereaboutsCache? cache))
        {
            return false;
        }

        byte[] encoded = cache.Encode();
        Oracle.Same(input, encoded.AsSpan(0, encoded.Length - Blake2s.HashBytes), "its own encoding");
        Oracle.True(WhereaboutsCache.TryDecode(encoded, out _), "its own encoding is refused");
        return true;
    }
}
