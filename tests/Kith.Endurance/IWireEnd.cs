using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>Something at the wire that takes datagrams and wants to be woken.</summary>
internal interface IWireEnd
{
    /// <summary>Its address and port.</summary>
    InternetEndpoint Endpoint { get; }

    /// <summary>When it wants to be woken.</summary>
    Instant NextTimeout { get; }

    /// <summary>Does what is due.</summary>
    void HandleTimeout(ClockReading now);

    /// <summary>Takes a datagram, which it may overwrite.</summary>
    void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram);

    /// <summary>Gives the next datagram to send; 0 if there is none.</summary>
    int TakeDatagram(ClockReading now, Span<byte> buffer, out InternetEndpoint destination);
}
