using System.Buffers.Binary;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>A host that sends numbered datagrams to some endpoints at random times and counts what comes: to try the simulator itself.</summary>
internal sealed class ChatterHost(SeededRandom random, IReadOnlyList<InternetEndpoint> others, int count) : ISimHost
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(40);

    private readonly Queue<(SimTransmitKind Kind, InternetEndpoint Endpoint, int Number)> _outgoing = new();
    private int _next;

    /// <summary>The numbers that came, by their source, in order of arrival.</summary>
    public Dictionary<InternetAddress, List<int>> Received { get; } = [];

    /// <summary>Multicasts that came.</summary>
    public int Multicasts { get; private set; }

    /// <inheritdoc/>
    public Instant NextTimeout { get; private set; } = Instant.Never;

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
        if (!Received.TryGetValue(source.Address, out List<int>? numbers))
        {
            Received[source.Address] = numbers = [];
        }

        numbers.Add(BinaryPrimitives.ReadInt32BigEndian(datagram));
    }

    /// <inheritdoc/>
    public void HandleLanDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram) => Multicasts++;

    /// <inheritdoc/>
    public void HandleLocalAddresses(ClockReading now, IReadOnlyList<SimInterface> interfaces) => NextTimeout = now;

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now)
    {
        foreach (InternetEndpoint other in others)
        {
            _outgoing.Enqueue((SimTransmitKind.Datagram, other, _next));
        }

        if (_next % 10 == 0)
        {
            _outgoing.Enqueue((SimTransmitKind.Multicast, default, _next));
        }

        _next++;
        NextTimeout = _next < count ? now.Monotonic + s_interval + random.NextSpan(s_interval) : Instant.Never;
    }

    /// <inheritdoc/>
    public bool TryGetTransmit(ClockReading now, Span<byte> buffer, out SimTransmit transmit)
    {
        transmit = default;
        if (!_outgoing.TryDequeue(out (SimTransmitKind Kind, InternetEndpoint Endpoint, int Number) next))
        {
            return false;
        }

        BinaryPrimitives.WriteInt32BigEndian(buffer, next.Number);
        random.Fill(buffer[4..64]);
        transmit = new SimTransmit(next.Kind, next.Endpoint, 64);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
