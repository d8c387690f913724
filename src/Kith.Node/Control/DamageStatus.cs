namespace Kith.Node.Control;

/// <summary>A file of the state that was damaged when the node read it.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Damage">What was wrong with it.</param>
/// <param name="SetAside">Where it lies now, as it was.</param>
/// <param name="Loss">What that means.</param>
public sealed record DamageStatus(string File, string Damage, string SetAside, string Loss);
