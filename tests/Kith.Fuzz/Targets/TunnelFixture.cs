using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// A machine M and three peers: with one it has a session, to the second it has begun a handshake, the third has begun one to it. Built the same way every
/// time, and with it one genuine message of each kind that M has not yet seen.
/// </summary>
internal sealed class TunnelFixture : IDisposable
{
    private static readonly ClockReading s_now = new(new Instant(TimeSpan.TicksPerHour), 1_795_000_000_000);
    private static readonly InternetEndpoint s_source = new(InternetAddress.FromV4(0xC0000201), 1234);

    private readonly TunnelMachine _machine;
    private readonly List<TunnelMachine> _others = [];
    private readonly byte[] _mac1Key = new byte[TunnelSpecification.KeyBytes];
    private readonly byte[] _buffer = new byte[TunnelLimits.DatagramBytesMax];

    public TunnelFixture(bool underLoad)
    {
        SeededSource random = new(99);
        ReceiverIndexTable indices = new();

        // The load begins with the message after those that building the fixture takes.
        TunnelOptions options = new() { HandshakesPerSecondBeforeCookies = underLoad ? 1 : int.MaxValue };
        _machine = Make(random, indices, options);
        Blake2s.Hash(TunnelSpecification.LabelMac1, _machine.PublicKey.ToArray(), _mac1Key);

        (TunnelMachine first, _, TunnelPeer mAtFirst) = Join(random);
        first.BeginHandshake(s_now, mAtFirst);
        Pass(first, _machine);
        Pass(_machine, first);
        Pass(first, _machine);
        first.Send(s_now, mAtFirst, [0x10, 1, 2, 3, 4, 5, 6, 7]);
        byte[] packet = Take(first);

        (TunnelMachine second, TunnelPeer secondAtM, _) = Join(random);
        _machine.BeginHandshake(s_now, secondAtM);
        byte[] toSecond = Take(_machine);
        using CookieChecker checker = new(second.PublicKey.ToArray(), random);
        InitiationMessage.TryDecode(toSecond, out InitiationMessage initiation);
        byte[] cookie = new byte[CookieReplyMessage.Length];
        checker.WriteReply(s_now, s_source, initiation.Sender, initiation.Mac1, cookie);
        second.HandleDatagram(s_now, s_source, toSecond, out _, out _, out _);
        byte[] response = Take(second);

        (TunnelMachine third, _, TunnelPeer mAtThird) = Join(random);
        third.BeginHandshake(s_now, mAtThird);
        Genuine = [Take(third), response, cookie, packet];
    }

    /// <summary>An initiation, a response, a cookie reply and a packet.</summary>
    public IReadOnlyList<byte[]> Genuine { get; }

    /// <summary>A message of the right type and length, filled with noise.</summary>
    public static byte[] Message(TunnelMessageType type, int length, int seed)
    {
        byte[] message = new byte[length];
        new SeededSource((ulong)seed).Fill(message);
        (message[0], message[1], message[2], message[3]) = ((byte)type, 0, 0, 0);
        return message;
    }

    /// <summary>
    /// Whether the peer made this, as far as the protocol can tell. In handshake messages mac2 does not matter to a machine that is not under load, and the
    /// sender index is covered by mac1 alone: whoever knows the machine's public key may change it, and gains a session that nobody can use.
    /// </summary>
    public bool IsGenuine(ReadOnlySpan<byte> datagram)
    {
        foreach (byte[] message in Genuine)
        {
            if (message.Length is InitiationMessage.Length or ResponseMessage.Length ? IsSameHandshake(datagram, message) : datagram.SequenceEqual(message))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives an initiation or a response the mac1 that goes with its bytes.</summary>
    public void RepairMac1(Span<byte> datagram)
    {
        if (datagram.Length is InitiationMessage.Length or ResponseMessage.Length)
        {
            int covered = datagram.Length - (2 * TunnelSpecification.MacBytes);
            Blake2s.KeyedHash(_mac1Key, datagram[..covered], datagram.Slice(covered, TunnelSpecification.MacBytes));
        }
    }

    /// <summary>Hands a datagram to the machine and counts what it answers.</summary>
    public TunnelVerdict Deliver(Span<byte> datagram, out int answers)
    {
        TunnelVerdict verdict = _machine.HandleDatagram(s_now, s_source, datagram, out _, out _, out _);
        for (answers = 0; _machine.TryGetTransmit(_buffer, out _); answers++)
        {
        }

        while (_machine.TryGetEvent(out _))
        {
        }

        return verdict;
    }

    public void Dispose()
    {
        _machine.Dispose();
        _others.ForEach(other => other.Dispose());
    }

    private bool IsSameHandshake(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> genuine)
    {
        int covered = genuine.Length - (2 * TunnelSpecification.MacBytes);
        if (datagram.Length != genuine.Length || !datagram[..4].SequenceEqual(genuine[..4]) || !datagram[8..covered].SequenceEqual(genuine[8..covered]))
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[TunnelSpecification.MacBytes];
        Blake2s.KeyedHash(_mac1Key, datagram[..covered], mac);
        return mac.SequenceEqual(datagram.Slice(covered, TunnelSpecification.MacBytes));
    }

    private static TunnelMachine Make(SeededSource random, ReceiverIndexTable indices, TunnelOptions options)
    {
        byte[] key = new byte[TunnelSpecification.KeyBytes];
        random.Fill(key);
        return new TunnelMachine(key, indices, new HandshakeClock(0), random, options);
    }

    private (TunnelMachine Other, TunnelPeer OtherAtM, TunnelPeer MAtOther) Join(SeededSource random)
    {
        TunnelMachine other = Make(random, new ReceiverIndexTable(), new TunnelOptions());
        _others.Add(other);
        return (other, _machine.AddPeer(other.PublicKey, new PeerLink(1)), other.AddPeer(_machine.PublicKey, new PeerLink(2)));
    }

    private byte[] Take(TunnelMachine machine) =>
        machine.TryGetTransmit(_buffer, out TunnelTransmit transmit)
            ? _buffer[..transmit.Length]
            : throw new InvalidOperationException("The fixture's machine has nothing to send.");

    private void Pass(TunnelMachine from, TunnelMachine to) => to.HandleDatagram(s_now, s_source, Take(from), out _, out _, out _);

    private sealed class SeededSource(ulong seed) : RandomSource
    {
        private readonly FuzzRandom _random = new(seed);

        public override void Fill(Span<byte> destination) => _random.Fill(destination);
    }
}
