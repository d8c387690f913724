namespace Kith.Apps.Sending.Incoming;

/// <summary>What becomes of a file where another of its name is there already.</summary>
public enum ConflictPolicy
{
    /// <summary>Somebody is asked; where nobody can be, it is kept.</summary>
    Ask,

    /// <summary>The new one replaces it.</summary>
    Overwrite,

    /// <summary>The new one gets another name: <c>photo (2).jpg</c>.</summary>
    Rename,

    /// <summary>The old one stays, and the new one is not received.</summary>
    Keep,
}
