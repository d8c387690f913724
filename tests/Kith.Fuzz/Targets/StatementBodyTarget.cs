using Kith.Fuzz.Coverage;
using Kith.Protocol.Membership;

namespace Kith.Fuzz.Targets;

/// <summary>The first byte of the input is the kind, the rest a body of it.</summary>
[Covers(
    typeof(Protocol.Membership.StatementBody), typeof(Protocol.Membership.DeviceName), typeof(Protocol.Membership.Bodies.AdmitBody), typeof(Protocol.Membership.Bodies.GenesisBody),
    typeof(Protocol.Membership.Bodies.InviteBody), typeof(Protocol.Membership.Bodies.JoinBody), typeof(Protocol.Membership.Bodies.NewSecretBody),
    typeof(Protocol.Membership.Bodies.RenameBody), typeof(Protocol.Membership.Bodies.RevokeBody), typeof(Protocol.Membership.Bodies.RoleBody), typeof(Protocol.Membership.Bodies.UnknownBody))]
internal sealed class StatementBodyTarget : IFuzzTarget
{
    public string Name => "statement-body";

    public IEnumerable<byte[]> Corpus => MembershipSamples.Log().Statements.Select(static statement => Encode(statement.Body));

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty || !StatementBody.TryDecode((BodyType)input[0], input[1..], out StatementBody? body))
        {
            return false;
        }

        Oracle.Same(input, Encode(body), "its own encoding");
        Oracle.True(StatementBody.TryDecode(body.Type, input[1..], out StatementBody? again) && again.Equals(body), "the same bytes gave another body");
        return true;
    }

    private static byte[] Encode(StatementBody body)
    {
        byte[] encoded = new byte[1 + body.EncodedLength];
        encoded[0] = (byte)body.Type;
        Kith.Protocol.Wire.SpanWriter writer = new(encoded.AsSpan(1));
        body.Encode(ref writer);
        return encoded;
    }
}
