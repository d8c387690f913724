using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <content>What is asked when.</content>
public sealed partial class TrackerMachine
{
    private void Plan(Instant now)
    {
        foreach (TrackerSite site in _sites)
        {
            foreach (TrackerLeg leg in site.Legs)
            {
                UpdateListings(now, site, leg);
                if (leg.Current is null && ChooseRequest(now, site, leg) is { } request)
                {
                    leg.Begin(now, request);
                }
            }
        }
    }

    private void UpdateListings(Instant now, TrackerSite site, TrackerLeg leg)
    {
        leg.Port = leg.IsV6 ? _self.PortV6 : _self.PortV4;
        if (leg.Port == 0 || site.IsWithout[leg.IsV6 ? 1 : 0])
        {
            return;
        }

        foreach (TrackerListing listing in leg.Listings)
        {
            listing.IsLeaving = !_places.ContainsKey(listing.Place);
        }

        leg.Listings.RemoveAll(listing => listing is { IsLeaving: true, IsListed: false } && leg.Current?.Listing != listing);
        foreach ((TrackerPlace place, byte[] hash) in _places)
        {
            if (!leg.Listings.Exists(listing => listing.Place == place))
            {
                leg.Listings.Add(new TrackerListing(place, hash, _random, now));
            }
        }
    }

    private TrackerRequest? ChooseRequest(Instant now, TrackerSite site, TrackerLeg leg)
    {
        if (NextOf(site, leg) > now)
        {
            return null;
        }

        TrackerListing? due = leg.Listings.Where(listing => now >= DueOf(leg, listing)).MinBy(listing => DueOf(leg, listing));
        return due is null ? null
            : due.IsLeaving ? new TrackerRequest(due, false, AnnounceEvent.Stopped)
            : now >= due.NextAnnounce ? new TrackerRequest(due, false, due.IsListed ? AnnounceEvent.None : AnnounceEvent.Started)
            : new TrackerRequest(due, true, AnnounceEvent.None);
    }

    private Instant NextOf(TrackerSite site, TrackerLeg leg)
    {
        Instant next = Instant.Never;
        if (leg.Port != 0 && !site.IsWithout[leg.IsV6 ? 1 : 0])
        {
            foreach (TrackerListing listing in leg.Listings)
            {
                next = Instant.Min(next, DueOf(leg, listing));
            }
        }

        return next;
    }

    private Instant DueOf(TrackerLeg leg, TrackerListing listing) =>
        listing.IsLeaving ? (listing.IsListed ? new Instant(long.MinValue) : Instant.Never)
        : IsMissing(listing.Place.Network) && leg.CanScrape ? Instant.Min(listing.NextAnnounce, listing.NextScrape)
        : listing.NextAnnounce;

    private bool IsMissing(NetworkId network) => _missing.TryGetValue(network, out (int Count, Instant Since) missing) && missing.Count > 0;

    private TimeSpan ScrapeWait(Instant now, NetworkId network) =>
        _missing.TryGetValue(network, out (int Count, Instant Since) missing) && now - missing.Since < TrackerLimits.EagerFor ? TrackerLimits.ScrapeOften : TrackerLimits.ScrapeSeldom;

    private void ScrapeNow(Instant now, NetworkId network)
    {
        foreach (TrackerListing listing in _sites.SelectMany(static site => site.Legs).SelectMany(static leg => leg.Listings))
        {
            if (listing.Place.Network == network && listing.NextScrape != Instant.Never)
            {
                listing.NextScrape = Instant.Min(listing.NextScrape, now);
            }
        }
    }

    private void HandleEnd(Instant now, TrackerLeg leg, TrackerRequest request, TrackerAnswer? answer, string? reason)
    {
        TrackerListing listing = request.Listing;
        if (request.Event == AnnounceEvent.Stopped)
        {
            listing.IsListed = false;
            listing.NextAnnounce = Instant.Never;
        }
        else if (request.IsScrape)
        {
            HandleNumbers(now, listing, answer);
        }
        else if (answer is null)
        {
            listing.Failure = reason ?? "it gave no reason";
            TimeSpan wait = TrackerLimits.FailureFirst * (1 << Math.Min(listing.Failures++, 7));
            listing.NextAnnounce = now + (wait < TrackerLimits.FailureLongest ? wait : TrackerLimits.FailureLongest);
        }
        else
        {
            HandleAnnounced(now, leg, listing, answer);
        }
    }

    private void HandleNumbers(Instant now, TrackerListing listing, TrackerAnswer? answer)
    {
        listing.ScrapeFailures = answer is null ? listing.ScrapeFailures + 1 : 0;
        if (listing.ScrapeFailures >= 2)
        {
            // It tells no numbers: then only announcements show who came.
            listing.NextScrape = now + TrackerLimits.FailureLongest;
            listing.NextAnnounce = Instant.Min(listing.NextAnnounce, now + TrackerLimits.FallbackFirst);
            return;
        }

        TimeSpan wait = ScrapeWait(now, listing.Place.Network);
        listing.NextScrape = now + (answer?.MinInterval > wait ? answer.MinInterval.Value : wait);
        if (answer?.Total is { } total)
        {
            bool isMore = total > listing.Total;
            listing.Total = total;
            if (isMore)
            {
                listing.Hurry(now);
            }
        }
    }

    private void HandleAnnounced(Instant now, TrackerLeg leg, TrackerListing listing, TrackerAnswer answer)
    {
        TimeSpan interval = answer.Interval ?? TrackerLimits.IntervalDefault;
        interval = interval < TrackerLimits.IntervalMin ? TrackerLimits.IntervalMin : interval;
        listing.IsListed = true;
        listing.Answered = now;
        listing.Failure = null;
        listing.Failures = 0;
        listing.MinInterval = answer.MinInterval ?? TimeSpan.Zero;
        listing.Total = Math.Max(listing.Total, answer.Total ?? 0);
        bool isWithoutNumbers = !leg.CanScrape || listing.ScrapeFailures >= 2;
        if (isWithoutNumbers && IsMissing(listing.Place.Network))
        {
            TimeSpan early = listing.Fallback > listing.MinInterval ? listing.Fallback : listing.MinInterval;
            interval = early < interval ? early : interval;
            listing.Fallback *= 2;
        }
        else
        {
            listing.Fallback = TrackerLimits.FallbackFirst;
        }

        listing.NextAnnounce = now + interval;
        if (!isWithoutNumbers)
        {
            listing.NextScrape = now + ScrapeWait(now, listing.Place.Network);
        }

        InternetEndpoint[] peers = [.. answer.Peers.Where(IsOfUse).Distinct()];
        bool hasNews = peers.Except(listing.Peers).Any();
        listing.Peers = peers;
        Raise(new TrackerEvent.Answered(listing.Place.Network, hasNews));
    }
}
