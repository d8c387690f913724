using System.Text;
using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the content of a record that a member sealed for the DNS: it must come back as it was, and no changed text may open.</summary>
[Covers(typeof(Protocol.Discovery.Dns.SealedText))]
internal sealed class SealedTextTarget : IFuzzTarget
{
    private readonly FuzzRandomSource _random = new(1);
    private readonly RendezvousKey _key = RendezvousKey.ForDns(new NetworkSecret(1, new Bytes32(new byte[Bytes32.Length])));

    public string Name => "sealed-text";

    public int InputBytesMax => SealedText.ContentBytesMax + 8;

    public IEnumerable<byte[]> Corpus => [[], new byte[SealedText.ContentBytesMax], .. WhereaboutsSamples.All().Select(record => record.Encoded.ToArray())];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length > SealedText.ContentBytesMax)
        {
            return false;
        }

        string text = SealedText.Seal(_key, input, _random);
        Oracle.True(text.Length <= SealedText.LengthMax && SealedText.Split(text).All(piece => piece.Length <= byte.MaxValue), "a text that does not fit");
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Oracle.Same(input, SealedText.TryOpen(_key, bytes), "the content");
        bytes[input.Length % (bytes.Length - 4)] ^= 1;
        Oracle.True(SealedText.TryOpen(_key, bytes) is null, "a changed text was opened");
        return true;
    }
}
