using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>A machine's attachment to a segment.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Host">The machine's number there.</param>
/// <param name="Scope">The interface's index on its machine, from 1.</param>
internal sealed record SimInterface(SimMachine Machine, SimSegment Segment, int Host, uint Scope)
{
    /// <summary>Its IPv4 address.</summary>
    public InternetAddress V4 { get; } = Segment.V4(Host);

    /// <summary>Its IPv6 address.</summary>
    public InternetAddress V6 { get; } = Segment.V6(Host);

    /// <summary>Its link-local address.</summary>
    public InternetAddress LinkLocal { get; } = SimSegment.LinkLocal(Host);

    /// <summary>Whether it has an address of the same family.</summary>
    public bool Has(InternetAddress address) => address.IsV4 ? Segment.HasV4 : Segment.HasV6;

    /// <summary>Whether an address is one of its own.</summary>
    public bool Owns(InternetAddress address) => address == V4 || address == V6 || address == LinkLocal;
}
