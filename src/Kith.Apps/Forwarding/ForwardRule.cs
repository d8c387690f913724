using Kith.Apps.Targets;

namespace Kith.Apps.Forwarding;

/// <summary>A port of this machine, and where its connections go.</summary>
/// <param name="LocalPort">The port here, or 0 for any free one.</param>
/// <param name="Target">The device, and the port or service there.</param>
public sealed record ForwardRule(int LocalPort, DeviceTarget Target);
