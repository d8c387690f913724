using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <summary>What a <see cref="NatClassifier"/> finds for one address family.</summary>
/// <param name="Class">How outside ports are chosen.</param>
/// <param name="Step">For <see cref="NatClass.Stepping"/> the step, otherwise 0.</param>
/// <param name="Outside">The newest outside endpoint, or null.</param>
/// <param name="OutsideAt">When it was last seen.</param>
/// <param name="Vantages">How many remote endpoints this rests on.</param>
internal readonly record struct NatFinding(NatClass Class, int Step, InternetEndpoint? Outside, Instant? OutsideAt, int Vantages);
