using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>A line that was recorded for ten minutes, and afterwards one device is stolen with its static key, or both are.</summary>
public sealed class ForwardSecrecyTests
{
    private static readonly TimeSpan Recorded = TimeSpan.FromMinutes(10);

    [Fact]
    public void a_stolen_static_key_opens_no_recorded_session()
    {
        using TunnelWorld world = new(4711);
        byte[] keyOfA = TunnelHost.NewKey(world);
        byte[] keyOfB = TunnelHost.NewKey(world);
        TunnelHost a = world.AddHost("192.0.2.1:1000", keyOfA);
        TunnelHost b = world.AddHost("[2001:db8::2]:2000", keyOfB);
        TunnelPeer bAtA = a.Know(b);
        TunnelPeer aAtB = b.Know(a);
        for (TimeSpan time = TimeSpan.Zero; time < Recorded; time += TimeSpan.FromSeconds(5))
        {
            a.Machine.Send(a.Now, bAtA, [0x10, 1, 2, 3]);
            b.Machine.Send(b.Now, aAtB, [0x10, 4, 5, 6]);
            world.Run(TimeSpan.FromSeconds(5));
        }

        TunnelWorld.Datagram[] recording = [.. world.Log];
        TransportSession[] used = [.. a.ReceivedOn.Concat(b.ReceivedOn).Distinct()];
        world.Run(TimeSpan.FromMinutes(12));

        // What is left in memory of the sessions is zeros.
        Assert.All(used, session => Assert.True(session.IsRetired && session.SendKey.IndexOfAnyExcept((byte)0) < 0 && session.ReceiveKey.IndexOfAnyExcept((byte)0) < 0));
        List<RecordedSession> sessions = RecordedSession.Find(recording, a, b);
        int packets = sessions.Sum(static session => session.FromInitiator.Count + session.FromResponder.Count);
        Assert.True(sessions.Count >= 4 && packets > 200, $"{sessions.Count} sessions, {packets} packets");

        using ChaChaPoly cipher = new();
        int opened = 0;
        int tries = 0;
        int control = 0;
        foreach (RecordedSession session in sessions)
        {
            bool aBegan = session.InitiatorPublic.AsSpan().SequenceEqual(a.Machine.PublicKey.ToArray());
            byte[] initiator = aBegan ? keyOfA : keyOfB;
            byte[] responder = aBegan ? keyOfB : keyOfA;
            opened += Attack(session, cipher, initiator, null, ref tries);
            opened += Attack(session, cipher, null, responder, ref tries);
            opened += Attack(session, cipher, initiator, responder, ref tries);

            // The same computation with an ephemeral key, which neither side has any more, opens everything: so it is computed rightly.
            byte[] ephemeral = world.Random.Keys.Single(key => PublicOf(key).AsSpan().SequenceEqual(session.InitiatorEphemeral));
            (int fields, int all) = session.Open(
                cipher, Agree(ephemeral, session.ResponderPublic), Agree(initiator, session.ResponderPublic), Agree(ephemeral, session.ResponderEphemeral), Agree(initiator, session.ResponderEphemeral));
            Assert.Equal(3, fields);
            control += all;
        }

        Console.WriteLine(
            $"measured: stolen static keys: {opened} of {packets} recorded packets of {sessions.Count} sessions opened in {tries} derivations with one key or both (bar: 0); with an ephemeral key, which is gone, {control}");
        Assert.Equal(0, opened);
        Assert.Equal(packets, control);
    }

    // Every secret that can be computed from what was stolen and recorded, in every place of the handshake where the right one is not known.
    private static int Attack(RecordedSession session, ChaChaPoly cipher, byte[]? initiator, byte[]? responder, ref int tries)
    {
        byte[][] publics = [session.InitiatorEphemeral, session.ResponderEphemeral, session.InitiatorPublic, session.ResponderPublic];
        List<byte[]> known = [new byte[32], .. publics];
        foreach (byte[] stolen in new[] { initiator, responder }.OfType<byte[]>())
        {
            known.Add(stolen);
            known.AddRange(publics.Select(key => Agree(stolen, key)));
        }

        byte[]? es = responder is null ? null : Agree(responder, session.InitiatorEphemeral);
        byte[] ss = initiator is null ? Agree(responder!, session.InitiatorPublic) : Agree(initiator, session.ResponderPublic);
        byte[]? se = initiator is null ? null : Agree(initiator, session.ResponderEphemeral);
        int opened = 0;
        foreach (byte[] first in es is null ? known : [es])
        {
            foreach (byte[] second in known)
            {
                foreach (byte[] third in se is null ? known : [se])
                {
                    tries++;
                    (int fields, int packets) = session.Open(cipher, first, ss, second, third);
                    Assert.True(fields < 3, "the answer's proof opened");
                    opened += packets;
                }
            }
        }

        return opened;
    }

    private static byte[] Agree(byte[] privateKey, byte[] publicKey)
    {
        byte[] shared = new byte[32];
        Assert.True(X25519.TryAgree(privateKey, publicKey, shared));
        return shared;
    }

    private static byte[] PublicOf(byte[] privateKey)
    {
        byte[] publicKey = new byte[32];
        X25519.DerivePublicKey(privateKey, publicKey);
        return publicKey;
    }
}
