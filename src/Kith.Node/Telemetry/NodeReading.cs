using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Tunnel;

namespace Kith.Node.Telemetry;

/// <summary>Everything the instruments show, read at one moment.</summary>
/// <param name="Core">What the core counted.</param>
/// <param name="Traffic">Bytes by the kind of path.</param>
/// <param name="FastPath">What the packet path counted.</param>
/// <param name="InboxDropped">Packets that the core's loop was too busy for.</param>
/// <param name="Upkeep">Bytes that the node sent by itself in the last hour.</param>
internal sealed record NodeReading(
    NodeMeasures Core, IReadOnlyDictionary<PathKind, (long Sent, long Received)> Traffic, FastPathReport FastPath, long InboxDropped, long Upkeep);
