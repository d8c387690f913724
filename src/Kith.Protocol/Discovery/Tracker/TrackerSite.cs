using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>A tracker as it was named, and its legs: one for each family it is spoken to over.</summary>
internal sealed class TrackerSite(TrackerUrl url)
{
    /// <summary>The tracker.</summary>
    public TrackerUrl Url { get; } = url;

    /// <summary>At most one for each family.</summary>
    public List<TrackerLeg> Legs { get; } = [];

    /// <summary>When its name is looked up next; never for an address.</summary>
    public Instant NextLookup { get; set; } = Instant.Never;

    /// <summary>Look-ups in a row that brought nothing.</summary>
    public int LookupFailures { get; set; }

    /// <summary>What the last look-up brought in the way of trouble.</summary>
    public string? LookupFailure { get; set; }

    /// <summary>Families that it has no address of, as HTTP requests showed.</summary>
    public bool[] IsWithout { get; } = new bool[2];

    /// <summary>The legs of a UDP tracker: the first usable address of each family. A leg whose address stays is kept.</summary>
    public void SetAddresses(IReadOnlyList<InternetAddress> addresses, RandomSource random)
    {
        InternetEndpoint[] wanted = [.. addresses
            .Select(address => new InternetEndpoint(address, Url.Port))
            .Where(EndpointField.IsUnicast)
            .DistinctBy(endpoint => endpoint.Address.IsV4)];
        Legs.RemoveAll(leg => leg is UdpTrackerLeg udp && !wanted.Contains(udp.Endpoint));
        foreach (InternetEndpoint endpoint in wanted)
        {
            if (!Legs.Exists(leg => leg.IsV6 != endpoint.Address.IsV4))
            {
                Legs.Add(new UdpTrackerLeg(Url, endpoint, random));
            }
        }
    }
}
