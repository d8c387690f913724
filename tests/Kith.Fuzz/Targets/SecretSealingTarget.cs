using Kith.Fuzz.Coverage;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a network's new secret as some member stated it: whatever is in it, only what was sealed for us opens, and to what it promises.</summary>
[Covers(typeof(SecretSealing), typeof(NewSecretBody))]
internal sealed class SecretSealingTarget : IFuzzTarget
{
    private static readonly NodeKey s_member = NodeKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
    private static readonly NodeKey s_other = NodeKey.FromSeed([.. Enumerable.Repeat((byte)4, 32)]);
    private int _turn;

    public string Name => "secret-sealing";

    public IEnumerable<byte[]> Corpus => [Encode(SecretSealing.Seal(default, 1, [s_member.Id], new FuzzRandomSource(1), out _)), Encode(SecretSealing.Seal(default, 7, [s_member.Id, s_other.Id], new FuzzRandomSource(2), out _))];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!StatementBody.TryDecode(BodyType.NewSecret, input, out StatementBody? body) || body is not NewSecretBody secret)
        {
            return false;
        }

        // Agreeing on keys takes long: one in many is enough.
        if (_turn++ % 32 == 0 && SecretSealing.TryOpen(default, secret, s_member, out NetworkSecret opened))
        {
            Oracle.Equal(secret.Commitment, opened.Commitment, "the secret is the one that was promised");
            Oracle.Equal(secret.Epoch, opened.Epoch, "its number");
            FuzzTrace.Note(1);
        }

        return true;
    }

    private static byte[] Encode(NewSecretBody body)
    {
        byte[] encoded = new byte[body.EncodedLength];
        Protocol.Wire.SpanWriter writer = new(encoded);
        body.Encode(ref writer);
        return encoded;
    }
}
