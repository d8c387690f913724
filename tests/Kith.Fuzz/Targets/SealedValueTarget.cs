using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// What lies at a rendezvous: the input is a value as a stranger may have put it, which must not open, and the content of one that a member sealed, which must come
/// back as it was.
/// </summary>
[Covers(typeof(Protocol.Discovery.Rendezvous.SealedValue), typeof(Protocol.Crypto.XChaChaPoly))]
internal sealed class SealedValueTarget : IFuzzTarget
{
    private readonly FuzzRandomSource _random = new(1);
    private readonly RendezvousKey _key = RendezvousKey.ForWhereabouts(new NetworkSecret(1, new Bytes32(new byte[Bytes32.Length])), default, 1);

    public string Name => "sealed-value";

    public int InputBytesMax => SealedValue.ValueBytes + 8;

    public IEnumerable<byte[]> Corpus => [[], new byte[SealedValue.ContentBytesMax], .. WhereaboutsSamples.All().Select(record => record.Encoded.ToArray())];

    public bool Run(ReadOnlySpan<byte> input)
    {
        Oracle.True(SealedValue.TryOpen(_key, input) is null, "a value that nobody sealed was opened");
        if (input.Length > SealedValue.ContentBytesMax)
        {
            return false;
        }

        byte[] value = SealedValue.Seal(_key, input, _random);
        Oracle.True(value.Length == SealedValue.ValueBytes, "values differ in length");
        Oracle.Same(input, SealedValue.TryOpen(_key, value), "the content");
        value[^(1 + (input.Length % 900))] ^= 1;
        Oracle.True(SealedValue.TryOpen(_key, value) is null, "a changed value was opened");
        return true;
    }
}
