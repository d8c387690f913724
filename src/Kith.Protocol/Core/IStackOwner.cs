using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// Whoever uses the node's user-space stack from outside the core: put as the Tag on a listener, connection or UDP binding, it is called with each of
/// its events. On the core's loop, in the middle of its work: it must only take note, and act when the core's call has returned.
/// </summary>
public interface IStackOwner
{
    /// <summary>Something happened to what this is the Tag of. For a new connection the listener's Tag is called, and tags the connection.</summary>
    void HandleStackEvent(ClockReading now, in StackEvent stackEvent);
}
