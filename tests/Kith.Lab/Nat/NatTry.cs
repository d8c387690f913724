namespace Kith.Lab.Nat;

/// <summary>One start of one of two nodes.</summary>
/// <param name="Ready">From the start of `kith up` to its node answering commands.</param>
/// <param name="Connected">From then to the first answer of an ordinary ping to the other node.</param>
/// <param name="FirstPath">The kind of path when that was noticed.</param>
/// <param name="Direct">From ready to a direct path on both sides; null if there was none within the limit.</param>
internal sealed record NatTry(TimeSpan Ready, TimeSpan Connected, string FirstPath, TimeSpan? Direct);
