using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>
/// Someone on the LAN who has no key, hears everything, and sends what might be answered: noise, beginnings of every protocol that shares the port, what was overheard once more, and what was
/// overheard with changes.
/// </summary>
internal sealed class StrangerHost(SeededRandom random, IReadOnlyList<InternetEndpoint> targets) : ISimHost
{
    private const int OverheardMax = 400;

    /// <summary>What is overheard is sent again only when the original must have arrived: it is the original that proves a key.</summary>
    private static readonly TimeSpan s_holdBack = TimeSpan.FromSeconds(1);

    private readonly Queue<(Instant At, byte[] Datagram)> _held = new();
    private readonly List<byte[]> _overheard = [];
    private readonly List<byte[]> _initiations = [];
    private byte[]? _next;
    private Instant _now;

    /// <summary>Whether to send.</summary>
    public bool IsActive { get; set; }

    /// <summary>The time between two datagrams.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Whether to send only handshakes that were overheard: what costs the members most.</summary>
    public bool RepeatsHandshakes { get; set; }

    /// <summary>Datagrams sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Datagrams that came to the data port, other than cookies.</summary>
    public List<byte[]> Answers { get; } = [];

    /// <summary>Cookie replies that came: the one thing a stranger may be sent, under load.</summary>
    public int Cookies { get; private set; }

    /// <inheritdoc/>
    public Instant NextTimeout { get; private set; } = Instant.Never;

    /// <summary>Takes what was on the wire.</summary>
    public void Overhear(Instant now, byte[] datagram) => _held.Enqueue((now, datagram));

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
        if (datagram.Length == 64 && datagram[0] == 3)
        {
            Cookies++;
        }
        else
        {
            Answers.Add(datagram.ToArray());
        }
    }

    /// <inheritdoc/>
    public void HandleLanDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
    }

    /// <inheritdoc/>
    public void HandleLocalAddresses(ClockReading now, IReadOnlyList<SimInterface> interfaces) => NextTimeout = now;

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now)
    {
        _now = now;
        NextTimeout = now.Monotonic + Interval;
        while (_held.TryPeek(out (Instant At, byte[] Datagram) oldest) && _now - oldest.At > s_holdBack)
        {
            if (oldest.Datagram.Length == 148 && oldest.Datagram[0] == 1 && _initiations.Count < OverheardMax)
            {
                _initiations.Add(oldest.Datagram);
            }

            if (_overheard.Count < OverheardMax)
            {
                _overheard.Add(oldest.Datagram);
            }
            else
            {
                _overheard[random.NextBelow(OverheardMax)] = oldest.Datagram;
            }

            _held.Dequeue();
        }

        _next = IsActive ? Invent() : null;
    }

    /// <inheritdoc/>
    public bool TryGetTransmit(ClockReading now, Span<byte> buffer, out SimTransmit transmit)
    {
        transmit = default;
        if (_next is null)
        {
            return false;
        }

        _next.CopyTo(buffer);
        bool toMulticastPort = random.Happens(0.1);
        InternetEndpoint target = targets[random.NextBelow(targets.Count)];
        transmit = new SimTransmit(SimTransmitKind.Datagram, toMulticastPort ? target with { Port = SimMachine.MulticastPort } : target, _next.Length);
        _next = null;
        Sent++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private byte[] Invent()
    {
        if (RepeatsHandshakes && _initiations.Count > 0)
        {
            return [.. _initiations[random.NextBelow(_initiations.Count)]];
        }

        int kind = random.NextBelow(8);
        if (kind > 3 && _overheard.Count > 0)
        {
            byte[] datagram = [.. _overheard[random.NextBelow(_overheard.Count)]];
            for (int changes = kind == 4 ? 0 : random.NextBelow(4); changes > 0; changes--)
            {
                datagram[random.NextBelow(datagram.Length)] ^= (byte)(1 << random.NextBelow(8));
            }

            return kind == 7 ? datagram[..random.NextBelow(datagram.Length + 1)] : datagram;
        }

        byte[] noise = new byte[kind == 0 ? random.NextBelow(1400) : new[] { 0, 32, 64, 92, 148 }[random.NextBelow(5)]];
        random.Fill(noise);
        byte[] head = new byte[][] { [1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0], [4, 0, 0, 0], [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42], [.. "d1:ad2:id20:"u8] }[random.NextBelow(6)];
        head.AsSpan(0, Math.Min(kind == 0 ? 0 : head.Length, noise.Length)).CopyTo(noise);
        return noise;
    }
}
