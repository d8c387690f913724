using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// The datagram that a member sends to whoever called it for an invite: it opens the member's translator, and says to the joiner which member is at its source.
/// Random to whoever does not know the invite: nonce (24), then the member's id (32) sealed with XChaCha20-Poly1305 under the key of the place the call lay at.
/// </summary>
public static class Opener
{
    /// <summary>Its length, always.</summary>
    public const int Bytes = XChaChaPoly.NonceBytes + NodeId.Length + XChaChaPoly.TagBytes;

    /// <summary>Writes <see cref="Bytes"/> bytes.</summary>
    public static void Write(RendezvousKey place, in NodeId member, RandomSource random, Span<byte> datagram)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> id = stackalloc byte[NodeId.Length];
        member.WriteTo(id);
        random.Fill(datagram[..XChaChaPoly.NonceBytes]);
        XChaChaPoly.Seal(place.SealKey, datagram[..XChaChaPoly.NonceBytes], place.PublicKey, id, datagram[XChaChaPoly.NonceBytes..Bytes]);
    }

    /// <summary>Reads one that was sent for this place.</summary>
    public static bool TryRead(RendezvousKey place, ReadOnlySpan<byte> datagram, out NodeId member)
    {
        ArgumentNullException.ThrowIfNull(place);
        Span<byte> id = stackalloc byte[NodeId.Length];
        bool isOne = datagram.Length == Bytes
            && XChaChaPoly.TryOpen(place.SealKey, datagram[..XChaChaPoly.NonceBytes], place.PublicKey, datagram[XChaChaPoly.NonceBytes..], id);
        member = isOne ? new NodeId(id) : default;
        return isOne;
    }
}
