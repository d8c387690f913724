using Kith.Fuzz.Coverage;
using Kith.Protocol.Crypto;
using Kith.Protocol.Membership;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a statement; signatures are not looked at.</summary>
[Covers(typeof(Protocol.Membership.Statement))]
internal sealed class StatementTarget : IFuzzTarget
{
    public string Name => "statement";

    public IEnumerable<byte[]> Corpus => MembershipSamples.Log().Statements.Select(static statement => statement.Encoded.ToArray());

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!Statement.TryDecode(input, out Statement? statement))
        {
            return false;
        }

        byte[] again = Statement.EncodeUnsigned(
            statement.StatedNetwork, statement.Author, statement.Sequence, statement.Previous, statement.Parents, statement.Time, statement.Body);
        Oracle.Same(input[..^Ed25519.SignatureBytes], again.AsSpan(0, again.Length - Ed25519.SignatureBytes), "its own encoding up to the signature");
        return true;
    }
}
