namespace Kith.Apps.Sending.Incoming;

/// <summary>How to receive.</summary>
public sealed record ReceiveOptions
{
    /// <summary>The folder that receives. It is made if it is not there.</summary>
    public required string Target { get; init; }

    /// <summary>Devices from which everything is taken without asking: by name, name.network, node id or virtual address.</summary>
    public IReadOnlyList<string> Trusted { get; init; } = [];

    /// <summary>Whether everything is taken without asking, from every member.</summary>
    public bool AcceptAll { get; init; }

    /// <summary>What becomes of files that are there already and differ.</summary>
    public ConflictPolicy Conflicts { get; init; }

    /// <summary>Whether to end after one transfer that was complete.</summary>
    public bool Once { get; init; }
}
