using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Lan;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the data of a TXT record of the local network; what carries the form of a tag must not open, for nobody sealed it.</summary>
[Covers(typeof(LanText), typeof(LanTag))]
internal sealed class LanTextTarget : IFuzzTarget
{
    private readonly FuzzRandomSource _random = new(1);
    private readonly byte[] _key = LanTag.DeriveNetworkKey(new byte[32]);
    private readonly List<byte[]> _tags = [];

    public string Name => "lan-text";

    public int InputBytesMax => 1024;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            yield return LanText.Encode([]);
            yield return LanText.Encode([new byte[LanTag.Bytes]]);
            yield return LanText.Encode([.. Enumerable.Range(0, LanText.TagsMax).Select(static n => Enumerable.Repeat((byte)n, LanTag.Bytes).ToArray())]);
        }
    }

    public IEnumerable<byte[]> Dictionary => [.. new[] { "v=1", "t=", "t1=", "t7=", "t8=", "v=2" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!LanText.TryDecode(input, _tags))
        {
            return false;
        }

        Oracle.True(_tags.Count <= LanText.TagsMax, "more tags than the maximum");
        FuzzTrace.NoteSize(_tags.Count);
        foreach (byte[] tag in _tags)
        {
            Oracle.True(!LanTag.TryOpen(_key, "label"u8, tag, out _, out _), "a tag that nobody sealed was opened");
        }

        byte[] whole = new byte[LanTag.Bytes];
        LanTag.Seal(_key, LanRole.Member, DnsSamples.Node(1), "label"u8, _random, whole);
        Oracle.True(LanTag.TryOpen(_key, "label"u8, whole, out LanRole role, out _) && role == LanRole.Member, "a tag that was sealed does not open");
        whole[input.Length % whole.Length] ^= 1;
        Oracle.True(!LanTag.TryOpen(_key, "label"u8, whole, out _, out _), "a changed tag was opened");
        Oracle.True(LanText.TryDecode(LanText.Encode(_tags), []), "its own encoding is refused");
        return true;
    }
}
