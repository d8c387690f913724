namespace Kith.Apps.Sending.Incoming;

/// <summary>How a connection of a receiver ended.</summary>
internal enum ReceiveEnd
{
    /// <summary>Everything that was announced has its outcome.</summary>
    Done,

    /// <summary>The receiver did not want it.</summary>
    Refused,

    /// <summary>The link was lost, or the sender went away.</summary>
    Lost,

    /// <summary>The sender stopped it.</summary>
    Stopped,

    /// <summary>The receiver could not go on, or the sender broke the protocol.</summary>
    Failed,
}
