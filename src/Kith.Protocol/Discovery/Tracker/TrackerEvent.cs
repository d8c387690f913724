using Kith.Protocol.Identity;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>What a <see cref="TrackerMachine"/> wants or has found.</summary>
public abstract record TrackerEvent
{
    private TrackerEvent()
    {
    }

    /// <summary>The addresses of a tracker are wanted: <see cref="TrackerMachine.HandleAddresses"/>.</summary>
    public sealed record AddressesWanted(TrackerUrl Url) : TrackerEvent;

    /// <summary>An HTTP request is wanted over one family: <see cref="TrackerMachine.HandleHttpAnswer"/>.</summary>
    public sealed record HttpWanted(long Operation, string Url, bool IsV6) : TrackerEvent;

    /// <summary>A tracker has answered for a network.</summary>
    public sealed record Answered(NetworkId Network, bool HasNews) : TrackerEvent;
}
