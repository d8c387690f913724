using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>
/// The program that runs on a simulated machine. After every call the simulation takes all transmits and then looks at <see cref="NextTimeout"/>.
/// </summary>
internal interface ISimHost : IDisposable
{
    /// <summary>When <see cref="HandleTimeout"/> is to be called next.</summary>
    Instant NextTimeout { get; }

    /// <summary>A datagram for the data port. The buffer may be overwritten.</summary>
    void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram);

    /// <summary>A datagram for port 5353, multicast or not.</summary>
    void HandleLanDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram);

    /// <summary>Time has come.</summary>
    void HandleTimeout(ClockReading now);

    /// <summary>The machine's addresses are other ones now.</summary>
    void HandleLocalAddresses(ClockReading now, IReadOnlyList<SimInterface> interfaces);

    /// <summary>Takes the next packet.</summary>
    bool TryGetTransmit(ClockReading now, Span<byte> buffer, out SimTransmit transmit);
}
