using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <content>What comes back.</content>
public sealed partial class TrackerMachine
{
    /// <summary>The addresses of a tracker's host, or why there are none.</summary>
    public void HandleAddresses(Instant now, TrackerUrl url, IReadOnlyList<InternetAddress> addresses, string? failure)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(addresses);
        if (_sites.Find(site => site.Url == url) is not { } site || site.NextLookup == Instant.Never)
        {
            return;
        }

        site.LookupFailure = addresses.Count > 0 ? null : failure ?? "its name has no address";
        if (addresses.Count > 0)
        {
            site.LookupFailures = 0;
            site.NextLookup = now + TrackerLimits.FailureLongest;
            site.SetAddresses(addresses, _random);
        }
        else
        {
            TimeSpan wait = TrackerLimits.FailureFirst * (1 << Math.Min(site.LookupFailures++, 7));
            site.NextLookup = now + (wait < TrackerLimits.FailureLongest ? wait : TrackerLimits.FailureLongest);
        }

        Plan(now);
    }

    /// <summary>
    /// A datagram of the data socket. Returns whether it came from a tracker and may be its response: then it is nobody else's. One that answers no open request of ours is left to
    /// others, so that a tracker may share its address with a member.
    /// </summary>
    public bool HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (UdpTrackerResponse.PeekTransaction(datagram) is null)
        {
            return false;
        }

        foreach (TrackerSite site in _sites)
        {
            foreach (TrackerLeg leg in site.Legs)
            {
                if (leg is UdpTrackerLeg udp && udp.Endpoint == source)
                {
                    if (udp.HandleDatagram(now, datagram, out TrackerAnswer? answer, out string? reason) is { } ended)
                    {
                        HandleEnd(now, leg, ended, answer, reason);
                    }

                    Plan(now);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>An HTTP request has ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="operation">Its number.</param>
    /// <param name="body">What came, at most <see cref="TrackerLimits.HttpAnswerBytesMax"/> bytes.</param>
    /// <param name="failure">Why nothing came, in a few words, or <see cref="NoAddress"/>; else null.</param>
    public void HandleHttpAnswer(Instant now, long operation, ReadOnlySpan<byte> body, string? failure)
    {
        foreach (TrackerSite site in _sites)
        {
            foreach (TrackerLeg leg in site.Legs)
            {
                if (leg is HttpTrackerLeg http && http.HandleAnswer(now, operation, body, failure, out TrackerAnswer? answer, out string? reason) is { } ended)
                {
                    site.IsWithout[leg.IsV6 ? 1 : 0] = failure == NoAddress && site.Legs.Count > 1 && !site.IsWithout[leg.IsV6 ? 0 : 1];
                    HandleEnd(now, leg, ended, answer, reason);
                }
            }
        }

        Plan(now);
    }

    /// <summary>What trackers name for a network, at most <see cref="TrackerLimits.PeersPerNetworkMax"/>, what was named last first.</summary>
    public IReadOnlyList<InternetEndpoint> PeersOf(NetworkId network) =>
    [
        .. _sites.SelectMany(static site => site.Legs).SelectMany(static leg => leg.Listings)
            .Where(listing => listing.Place.Network == network)
            .OrderByDescending(static listing => listing.Answered ?? new Instant(long.MinValue))
            .SelectMany(static listing => listing.Peers)
            .Distinct()
            .Take(TrackerLimits.PeersPerNetworkMax),
    ];

    /// <summary>How it stands with each tracker, over each family it has.</summary>
    public IReadOnlyList<TrackerReport> Describe()
    {
        List<TrackerReport> reports = [];
        foreach (TrackerSite site in _sites)
        {
            TrackerLeg[] legs = [.. site.Legs.Where(leg => leg.Port != 0 && !site.IsWithout[leg.IsV6 ? 1 : 0])];
            if (legs.Length == 0)
            {
                reports.Add(new TrackerReport(site.Url, false, null, null, Instant.Never, 0, site.LookupFailure, []));
            }

            foreach (TrackerLeg leg in legs)
            {
                Instant? answered = leg.Listings.Max(static listing => listing.Answered);
                Instant next = leg.Current is not null ? leg.Due : leg.Listings.Select(static listing => listing.NextAnnounce).Append(Instant.Never).Min();
                ReadOnlyMemory<byte>[] hashes = [.. leg.Listings.Where(static listing => !listing.IsLeaving).Select(static listing => new ReadOnlyMemory<byte>(listing.InfoHash))];
                string? failure = leg.IsSilent ? "no answer" : leg.Listings.Select(static listing => listing.Failure).FirstOrDefault(static text => text is not null);
                reports.Add(new TrackerReport(site.Url, leg.IsV6, leg.Asked, answered, next, leg.Listings.SelectMany(static listing => listing.Peers).Distinct().Count(), failure, hashes));
            }
        }

        return reports;
    }

    private bool IsOfUse(InternetEndpoint endpoint) =>
        EndpointField.IsUnicast(endpoint) && !endpoint.Address.IsLoopback && !endpoint.Address.IsLinkLocalV6 && !_self.Endpoints.Contains(endpoint);
}
