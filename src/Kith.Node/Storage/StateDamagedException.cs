namespace Kith.Node.Storage;

/// <summary>A file of the state is not what was written there. It is left as it is.</summary>
internal sealed class StateDamagedException(string path, string damage, long? offset = null)
    : StateException(path, Describe(path, damage, offset), null)
{
    /// <summary>What is wrong, a few words.</summary>
    public string Damage { get; } = damage;

    /// <summary>Where in the file the damage begins, in bytes; null where that is not known.</summary>
    public long? Offset { get; } = offset;

    private static string Describe(string path, string damage, long? offset)
    {
        string place = offset is null ? string.Empty : $" at byte {offset}";
        return $"The file {path} is damaged{place} ({damage}). It was left as it is. Put back a copy of it, or move it away to go on without what it held.";
    }
}
