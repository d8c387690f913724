using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core.Control;

/// <summary>The network's rendezvous secret: u32 epoch, 32 bytes secret. The body of <see cref="ControlMessageType.Secret"/> and <see cref="ControlMessageType.JoinAccepted"/>.</summary>
/// <param name="Secret">The secret. Kept only in memory and in the holder's own state directory.</param>
public readonly record struct SecretMessage(NetworkSecret Secret)
{
    /// <summary>The length of the body in bytes.</summary>
    public const int BodyBytes = 4 + NetworkSecret.Length;

    /// <summary>Reads a body; false if it is not exactly one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out SecretMessage message)
    {
        message = default;
        SpanReader reader = new(body);
        if (body.Length != BodyBytes || !reader.TryReadUInt32(out uint epoch) || !reader.TryReadBytes(NetworkSecret.Length, out ReadOnlySpan<byte> secret))
        {
            return false;
        }

        message = new SecretMessage(new NetworkSecret(epoch, new Bytes32(secret)));
        return true;
    }

    /// <summary>Writes the body; returns <see cref="BodyBytes"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Secret.Epoch);
        Secret.Value.WriteTo(writer.Take(NetworkSecret.Length));
        return writer.Position;
    }
}
