using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>
/// One handshake and the packets sealed under it, as somebody on the line recorded them, and WireGuard's key derivation (its paper, section 5.4) tried on them with
/// whatever that somebody has got hold of.
/// </summary>
internal sealed class RecordedSession(byte[] initiation, byte[] response, byte[] initiatorPublic, byte[] responderPublic)
{
    /// <summary>Packets of the initiator.</summary>
    public List<byte[]> FromInitiator { get; } = [];

    /// <summary>Packets of the responder.</summary>
    public List<byte[]> FromResponder { get; } = [];

    public byte[] InitiatorEphemeral { get; } = initiation[8..40];

    public byte[] ResponderEphemeral { get; } = response[12..44];

    public byte[] InitiatorPublic { get; } = initiatorPublic;

    public byte[] ResponderPublic { get; } = responderPublic;

    /// <summary>All handshakes of a recording, each with its packets. The one with the longest recording may be told from who began it.</summary>
    public static List<RecordedSession> Find(IEnumerable<TunnelWorld.Datagram> recording, TunnelHost a, TunnelHost b)
    {
        List<RecordedSession> sessions = [];
        Dictionary<uint, byte[]> initiations = [];
        Dictionary<uint, (RecordedSession Session, bool ToInitiator)> byReceiver = [];
        foreach (TunnelWorld.Datagram datagram in recording)
        {
            byte[] bytes = datagram.Bytes;
            bool fromA = datagram.Source == a.Endpoint;
            if (InitiationMessage.TryDecode(bytes, out InitiationMessage initiation))
            {
                initiations[initiation.Sender] = bytes;
            }
            else if (ResponseMessage.TryDecode(bytes, out ResponseMessage response) && initiations.TryGetValue(response.Receiver, out byte[]? asked))
            {
                TunnelHost initiator = fromA ? b : a;
                RecordedSession session = new(asked, bytes, initiator.Machine.PublicKey.ToArray(), (fromA ? a : b).Machine.PublicKey.ToArray());
                sessions.Add(session);
                byReceiver[response.Receiver] = (session, true);
                byReceiver[response.Sender] = (session, false);
            }
            else if (TransportHeader.TryDecode(bytes, out TransportHeader header) && byReceiver.TryGetValue(header.Receiver, out (RecordedSession Session, bool ToInitiator) found))
            {
                (found.ToInitiator ? found.Session.FromResponder : found.Session.FromInitiator).Add(bytes);
            }
        }

        return sessions;
    }

    /// <summary>
    /// How much opens with these four secrets in the places that the handshake has for them (e: ephemeral, s: static; the first letter is the initiator's): sealed
    /// fields of the handshake, and packets.
    /// </summary>
    public (int Fields, int Packets) Open(ChaChaPoly cipher, byte[] es, byte[] ss, byte[] ee, byte[] se)
    {
        NoiseState state = new();
        int fields = 0;
        byte[] field = new byte[64];
        InitiationMessage.TryDecode(initiation, out InitiationMessage asked);
        ResponseMessage.TryDecode(response, out ResponseMessage answered);
        state.Begin(ResponderPublic);
        state.MixEphemeral(asked.Ephemeral);
        state.MixSecretIntoKey(es);
        fields += state.TryOpen(cipher, asked.SealedStatic, field) ? 1 : 0;
        state.MixSecretIntoKey(ss);
        fields += fields == 1 && state.TryOpen(cipher, asked.SealedTimestamp, field) ? 1 : 0;
        state.MixEphemeral(answered.Ephemeral);
        state.MixSecret(ee);
        state.MixSecret(se);
        state.MixPresharedKey(new byte[32]);
        fields += fields == 2 && state.TryOpen(cipher, answered.SealedNothing, default) ? 1 : 0;
        byte[] initiatorSends = new byte[32];
        byte[] responderSends = new byte[32];
        state.Split(initiatorSends, responderSends);
        return (fields, CountOpened(cipher, initiatorSends, FromInitiator) + CountOpened(cipher, responderSends, FromResponder));
    }

    private static int CountOpened(ChaChaPoly cipher, byte[] key, List<byte[]> packets) => packets.Count(packet =>
    {
        TransportHeader.TryDecode(packet, out TransportHeader header);
        return cipher.TryOpen(key, header.Counter, default, packet.AsSpan(TransportHeader.Length), new byte[packet.Length]);
    });
}
