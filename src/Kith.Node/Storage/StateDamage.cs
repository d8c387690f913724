namespace Kith.Node.Storage;

/// <summary>A file of the state that was not as it was written. A copy of it was set aside as it was, and the node went on without what was wrong.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Damage">What was wrong with it, a few words.</param>
/// <param name="Offset">Where the damage begins, in bytes; null where that is not known.</param>
/// <param name="SetAside">Where the damaged file lies now.</param>
/// <param name="Loss">What that means, one line.</param>
internal sealed record StateDamage(string File, string Damage, long? Offset, string SetAside, string Loss);
