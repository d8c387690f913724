namespace Kith.Apps.Copying;

/// <summary>How two joined ends came apart.</summary>
internal enum CopyResult
{
    /// <summary>Both sides ended their halves, and everything was passed on.</summary>
    Completed,

    /// <summary>The near end broke.</summary>
    NearBroke,

    /// <summary>The far end broke.</summary>
    FarBroke,

    /// <summary>It was called off here.</summary>
    Cancelled,
}
