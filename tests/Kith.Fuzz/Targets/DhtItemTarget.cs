using Kith.Fuzz.Coverage;
using Kith.Node;
using Kith.Node.Control;
using Kith.Protocol.Discovery.Dht;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is an item as who asked for it gets it: a byte for the kind, a length of salt, the salt, a sequence number and a value, which the target signs with a key of its own so
/// that mutations get past the signature. The text that a user sees and gives of it is read, too.
/// </summary>
[Covers(typeof(DhtItem), typeof(DhtItemText))]
internal sealed class DhtItemTarget : IFuzzTarget
{
    private const int HeadBytes = 10;

    private static readonly byte[] s_seed = [.. Enumerable.Repeat((byte)5, 32)];
    private int _turn;

    public string Name => "dht-item";

    public int InputBytesMax => 1100;

    public IEnumerable<byte[]> Corpus => [[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, .. "5:hello"u8], [1, 4, 0, 0, 0, 0, 0, 0, 0, 9, .. "saltd1:ai1ee"u8], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "li1ei2ee"u8]];

    public IFuzzStructure? Structure => null;

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeadBytes)
        {
            return false;
        }

        long sequence = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(input[2..]) & long.MaxValue;
        int saltBytes = Math.Min((int)input[1], input.Length - HeadBytes);
        ReadOnlySpan<byte> salt = input.Slice(HeadBytes, saltBytes);
        ReadOnlySpan<byte> value = input[(HeadBytes + saltBytes)..];
        DhtItem? item = DhtItem.TryTakeImmutable(value);
        if (item is null || salt.Length > DhtItem.SaltBytesMax || input[0] % 2 == 0 || _turn++ % 16 != 0)
        {
            return item is not null;
        }

        // Signing takes long: one in many is enough.
        item = DhtItem.Sign(s_seed, salt, sequence, value);
        Oracle.True(DhtItem.TryTakeMutable(item.PublicKey, salt, sequence, value, item.Signature) is { } taken && taken.Target.Equals(item.Target), "a signed item is refused");
        Oracle.True(DhtItem.TryTakeMutable(item.PublicKey, salt, sequence ^ 1, value, item.Signature) is null, "another number passes with the signature");
        DhtItemValue text = DhtItemText.Describe(item);
        Oracle.True(DhtItemText.TryRead(text) is { } again && again.Target.Equals(item.Target), "its own text is refused");
        string changed = FuzzText.Text(value[..Math.Min(8, value.Length)]) + text.Encoded;
        DhtItemText.TryRead(text with { Encoded = changed, Salt = changed });
        return true;
    }
}
