using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a whereabouts record.</summary>
[Covers(typeof(Protocol.Discovery.Whereabouts))]
internal sealed class WhereaboutsTarget : IFuzzTarget
{
    public string Name => "whereabouts";

    public IEnumerable<byte[]> Corpus => WhereaboutsSamples.All().Select(static record => record.Encoded.ToArray());

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!Whereabouts.TryDecode(input, out Whereabouts? record))
        {
            return false;
        }

        Span<byte> encoded = stackalloc byte[Whereabouts.BytesMax];
        Oracle.Same(input, encoded[..record.Encode(encoded)], "its own encoding");
        Oracle.True(record.Candidates.All(static candidate => candidate.IsStatable), "a candidate that may not be stated was accepted");
        return true;
    }
}
