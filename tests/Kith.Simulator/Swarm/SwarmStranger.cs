using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Swarm;

/// <summary>
/// Someone on the public side with no key of anything, who sends noise, forged headers, and what it has seen arrive elsewhere, changed or not. Of handshakes only changed ones: one that nobody has
/// taken proves a key whoever delivers it (WireGuard section 5.4.2).
/// </summary>
internal sealed class SwarmStranger(SeededRandom random, Func<InternetEndpoint> drawTarget) : ISimHost
{
    private const int KeptMax = 256;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private static readonly int[] s_lengths = [32, 64, 92, 148];

    private readonly List<byte[]> _kept = [];
    private byte[]? _next;

    /// <inheritdoc/>
    public Instant NextTimeout { get; private set; } = Instant.Never;

    /// <summary>Something has arrived somewhere.</summary>
    public void Overhear(byte[] datagram)
    {
        if (_kept.Count < KeptMax)
        {
            _kept.Add([.. datagram]);
        }
        else
        {
            _kept[random.NextBelow(KeptMax)] = [.. datagram];
        }
    }

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
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
        NextTimeout = now.Monotonic + s_interval;
        _next = Invent();
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
        transmit = new SimTransmit(SimTransmitKind.Datagram, drawTarget(), _next.Length);
        _next = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private byte[] Invent()
    {
        if (_kept.Count > 0 && random.Happens(0.6))
        {
            byte[] datagram = [.. _kept[random.NextBelow(_kept.Count)]];
            bool isData = datagram.Length > 0 && datagram[0] == 4;
            if (datagram.Length > 32 && (!isData || random.Happens(0.5)))
            {
                // Before the second mac, which nobody looks at who is not under load.
                datagram[4 + random.NextBelow(Math.Min(datagram.Length, 116) - 4)] ^= (byte)(1 + random.NextBelow(255));
            }

            return datagram;
        }

        byte[] noise = new byte[random.Happens(0.5) ? random.NextBelow(1200) : s_lengths[random.NextBelow(s_lengths.Length)]];
        random.Fill(noise);
        if (noise.Length > 4 && random.Happens(0.7))
        {
            new byte[] { (byte)(1 + random.NextBelow(4)), 0, 0, 0 }.CopyTo(noise, 0);
        }

        return noise;
    }
}
