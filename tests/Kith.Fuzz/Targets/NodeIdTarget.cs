using Kith.Fuzz.Coverage;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text of a node id. Looking at the point behind it is slow, so that is done for some only.</summary>
[Covers(typeof(Protocol.Identity.NodeId))]
internal sealed class NodeIdTarget : IFuzzTarget
{
    private int _turn;

    public string Name => "node-id";

    public int InputBytesMax => 80;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            byte[] seed = new byte[Ed25519.SeedBytes];
            for (byte i = 0; i < 6; i++)
            {
                seed[0] = i;
                using NodeKey key = NodeKey.FromSeed(seed);
                yield return FuzzText.Bytes(key.Id.ToString());
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!NodeId.TryParse(FuzzText.Text(input), out NodeId id))
        {
            return false;
        }

        Oracle.True(NodeId.TryParse(id.ToString(), out NodeId again) && again == id, "its own text is another id");
        if (_turn++ % 64 == 0 && id.TryGetTunnelPublicKey(out Bytes32 tunnelKey))
        {
            Span<byte> shared = stackalloc byte[32];
            Oracle.True(X25519.TryAgree(Enumerable.Repeat((byte)7, 32).ToArray(), tunnelKey.ToArray(), shared), "a converted key is of small order");
        }

        return true;
    }
}
