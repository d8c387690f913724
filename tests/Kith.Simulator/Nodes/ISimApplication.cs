using Kith.Protocol.Wire;

namespace Kith.Simulator.Nodes;

/// <summary>What runs on a node and uses its user-space stack. Told of events in the middle of the core's work, it takes note and acts in <see cref="Work"/>.</summary>
internal interface ISimApplication
{
    /// <summary>Whether <see cref="Work"/> is to be called.</summary>
    bool HasWork { get; }

    /// <summary>Does what it took note of.</summary>
    void Work(ClockReading now);
}
