namespace Kith.Apps.Sending.Incoming;

/// <summary>Whose turn it is with a file.</summary>
internal enum IncomingState
{
    /// <summary>The receiver looks at what is there, or asks somebody. The sender has to wait.</summary>
    Deciding,

    /// <summary>The sender compares.</summary>
    Comparing,

    /// <summary>The sender sends, or says that it cannot.</summary>
    Wanted,

    /// <summary>Its content is under way to the disk.</summary>
    Arriving,

    /// <summary>It is complete, or will never be.</summary>
    Finishing,
}
