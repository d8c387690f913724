namespace Kith.Protocol.Paths;

/// <summary>What changed in a <see cref="PathTable"/>; read the table for the new state.</summary>
public enum PathEvent
{
    /// <summary><see cref="PathTable.Current"/> names another endpoint, or none.</summary>
    ChoiceChanged,

    /// <summary><see cref="PathTable.Online"/> changed.</summary>
    OnlineChanged,

    /// <summary>The largest packet of the current path changed.</summary>
    MtuChanged,
}
