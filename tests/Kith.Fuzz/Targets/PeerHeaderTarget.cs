using Kith.Fuzz.Coverage;
using Kith.Node;
using Kith.Node.Streams.Socket;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what the daemon says of a stream's other end, in a header.</summary>
[Covers(typeof(PeerHeader))]
internal sealed class PeerHeaderTarget : IFuzzTarget
{
    public string Name => "peer-header";

    public int InputBytesMax => 700;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            string id = DnsSamples.Node(1).ToString();
            string network = new Protocol.Identity.NetworkId(new byte[32]).ToString();
            yield return FuzzText.Bytes($"{{\"id\":\"{id}\",\"name\":\"nas\",\"network\":\"{network}\",\"networkName\":\"home\",\"role\":\"admin\",\"address\":\"100.64.0.1:22\"}}");
            yield return FuzzText.Bytes($"{{\"address\":\"[fd00::1]:80\",\"role\":\"member\",\"networkName\":\"\",\"network\":\"{network}\",\"name\":\"\",\"id\":\"{id}\"}}");
        }
    }

    public IEnumerable<byte[]> Dictionary => [.. new[] { "null", "{}", "[]", "\"role\":", "\"id\":", "\\u0000", "\"address\":\"", "1e999" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!PeerHeader.TryDecode(FuzzText.Text(input), out KithPeer? peer))
        {
            return false;
        }

        string text = PeerHeader.Encode(peer);
        Oracle.True(PeerHeader.TryDecode(text, out KithPeer? again), "its own text is refused");
        Oracle.Equal(text, PeerHeader.Encode(again!), "its own text");
        return true;
    }
}
