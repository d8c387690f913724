namespace Kith.Apps.Sending.Outgoing;

/// <summary>What to send, and where.</summary>
public sealed record SendOptions
{
    /// <summary>Files and folders.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The receiver: as <c>IKithTransport.DialAsync</c> takes it.</summary>
    public required string Device { get; init; }

    /// <summary>How long nothing may go on, because the device is offline, nobody receives there or the link is lost, before it is given up.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromMinutes(10);
}
