using Kith.Fuzz.Coverage;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The bodies of control messages that have a form of their own: hello and secret. The first byte chooses.</summary>
[Covers(typeof(Protocol.Core.Control.HelloMessage), typeof(Protocol.Core.Control.SecretMessage))]
internal sealed class ControlMessageTarget : IFuzzTarget
{
    public string Name => "control-message";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            byte[] hello = new byte[1 + HelloMessage.BodyBytes];
            byte[] id = [.. Enumerable.Repeat((byte)0x11, 32)];
            new HelloMessage(ControlConstants.Version, new NetworkId(id), StreamPurpose.Join, new NodeId(id)).Encode(hello.AsSpan(1));
            yield return hello;
            byte[] secret = new byte[1 + SecretMessage.BodyBytes];
            secret[0] = 1;
            new SecretMessage(new NetworkSecret(7, new Bytes32(id))).Encode(secret.AsSpan(1));
            yield return secret;
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> body = input[1..];
        Span<byte> again = stackalloc byte[Math.Max(HelloMessage.BodyBytes, SecretMessage.BodyBytes)];
        if (input[0] % 2 == 0)
        {
            if (!HelloMessage.TryDecode(body, out HelloMessage hello))
            {
                return false;
            }

            Oracle.Same(body, again[..hello.Encode(again)], "a hello written again");
            return true;
        }

        if (!SecretMessage.TryDecode(body, out SecretMessage secret))
        {
            return false;
        }

        Oracle.Same(body, again[..secret.Encode(again)], "a secret written again");
        return true;
    }
}
