using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>A translator for many homes, and the network between it and their routers (RFC 6598).</summary>
internal sealed record LabCarrier(LabNat Nat, LabSwitch Network);
