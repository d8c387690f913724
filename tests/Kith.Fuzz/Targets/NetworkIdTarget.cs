using Kith.Fuzz.Coverage;
using Kith.Protocol.Identity;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text of a network's id.</summary>
[Covers(typeof(NetworkId))]
internal sealed class NetworkIdTarget : IFuzzTarget
{
    public string Name => "network-id";

    public int InputBytesMax => 80;

    public IEnumerable<byte[]> Corpus => [.. Enumerable.Range(0, 6).Select(static n => FuzzText.Bytes(new NetworkId([.. Enumerable.Repeat((byte)(n * 51), 32)]).ToString()))];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!NetworkId.TryParse(FuzzText.Text(input), out NetworkId id))
        {
            return false;
        }

        Oracle.True(NetworkId.TryParse(id.ToString(), out NetworkId again) && again == id, "its own text is another id");
        return true;
    }
}
