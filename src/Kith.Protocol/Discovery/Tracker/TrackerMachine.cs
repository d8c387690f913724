using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>
/// Announces this node to trackers under the hashes of its networks and takes addresses from them. UDP trackers are spoken to from the data socket; HTTP requests are the shell's. Nothing that
/// a tracker says is believed: its addresses are places to try a handshake at. Without IO: after every call drain <see cref="TryGetTransmit"/> and
/// <see cref="TryGetEvent"/>, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>. Not thread-safe.
/// </summary>
public sealed partial class TrackerMachine
{
    /// <summary>The failure of an HTTP request that its host has no address for in the family asked for.</summary>
    public const string NoAddress = "no address of that family";

    private static readonly bool[] s_families = [false, true];

    private readonly List<TrackerSite> _sites = [];
    private readonly Dictionary<TrackerPlace, byte[]> _places = [];
    private readonly Dictionary<NetworkId, (int Count, Instant Since)> _missing = [];
    private readonly Queue<TrackerEvent> _events = new();
    private readonly RandomSource _random;
    private TrackerSelf _self = new(0, 0, []);
    private long _operation;
    private bool _isStopped;

    /// <summary>Begins with the first <see cref="TrackerLimits.TrackersMax"/> trackers and nothing to announce.</summary>
    public TrackerMachine(IReadOnlyList<TrackerUrl> trackers, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(trackers);
        _random = random;
        foreach (TrackerUrl url in trackers.DistinctBy(static url => url.Text).Take(TrackerLimits.TrackersMax))
        {
            TrackerSite site = new(url);
            bool isAddress = InternetAddress.TryParse(url.Host, out InternetAddress address);
            if (url.Scheme != TrackerScheme.Udp)
            {
                site.Legs.AddRange(s_families.Where(isV6 => !isAddress || address.IsV4 != isV6).Select(isV6 => new HttpTrackerLeg(url, isV6, () => ++_operation, Raise)));
            }
            else if (isAddress)
            {
                site.SetAddresses([address], random);
            }
            else
            {
                site.NextLookup = new Instant(long.MinValue);
            }

            _sites.Add(site);
        }
    }

    /// <summary>The trackers.</summary>
    public IEnumerable<TrackerUrl> Trackers => _sites.Select(static site => site.Url);

    /// <summary>When <see cref="HandleTimeout"/> must be called next.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = Instant.Never;
            foreach (TrackerSite site in _sites)
            {
                next = _places.Count > 0 ? Instant.Min(next, site.NextLookup) : next;
                foreach (TrackerLeg leg in site.Legs)
                {
                    next = Instant.Min(next, leg.Current is not null ? leg.Due : NextOf(site, leg));
                }
            }

            return next;
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        foreach (TrackerSite site in _sites)
        {
            if (_places.Count > 0 && now >= site.NextLookup)
            {
                // Until the shell has answered; it may never do so.
                site.NextLookup = now + TrackerLimits.FailureLongest;
                Raise(new TrackerEvent.AddressesWanted(site.Url));
            }

            foreach (TrackerLeg leg in site.Legs)
            {
                if (leg.HandleTimeout(now) is { } ended)
                {
                    HandleEnd(now, leg, ended, null, "no answer");
                }
            }
        }

        Plan(now);
    }

    /// <summary>What this node is from outside; where its port changed it is announced again.</summary>
    public void SetSelf(Instant now, TrackerSelf self)
    {
        ArgumentNullException.ThrowIfNull(self);
        _self = self;
        foreach (TrackerLeg leg in _sites.SelectMany(static site => site.Legs))
        {
            ushort port = leg.IsV6 ? self.PortV6 : self.PortV4;
            if (leg.Port != port)
            {
                leg.Port = port;
                foreach (TrackerListing listing in leg.Listings.Where(static listing => listing.IsListed))
                {
                    listing.Hurry(now);
                }
            }
        }

        Plan(now);
    }

    /// <summary>Under what to announce, at most <see cref="TrackerLimits.PlacesMax"/>. Where a place is no more, trackers are told.</summary>
    /// <param name="now">The time.</param>
    /// <param name="places">The places.</param>
    /// <param name="hash">Gives the hash of a place that is new.</param>
    public void SetPlaces(Instant now, IReadOnlyList<TrackerPlace> places, Func<TrackerPlace, byte[]> hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (_isStopped)
        {
            return;
        }

        TrackerPlace[] wanted = [.. places.Distinct().Take(TrackerLimits.PlacesMax)];
        foreach (TrackerPlace place in _places.Keys.Except(wanted).ToList())
        {
            _places.Remove(place);
        }

        foreach (TrackerPlace place in wanted)
        {
            if (!_places.ContainsKey(place))
            {
                _places[place] = hash(place);
            }
        }

        Plan(now);
    }

    /// <summary>How many members of each network are not reachable: while there are any, trackers are asked more often.</summary>
    public void SetMissing(Instant now, IReadOnlyDictionary<NetworkId, int> missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        foreach (NetworkId network in _missing.Keys.Except(missing.Keys).ToList())
        {
            _missing.Remove(network);
        }

        foreach ((NetworkId network, int count) in missing)
        {
            int before = _missing.TryGetValue(network, out (int Count, Instant Since) known) ? known.Count : 0;
            if (count != before)
            {
                _missing[network] = (count, count > before ? now : known.Since);
                if (count > before)
                {
                    ScrapeNow(now, network);
                }
            }
        }

        Plan(now);
    }

    /// <summary>The machine is in another network: trackers are told of the new address at once.</summary>
    public void HandleNetworkChange(Instant now)
    {
        foreach (TrackerSite site in _sites)
        {
            site.NextLookup = site.NextLookup == Instant.Never ? Instant.Never : now;
            Array.Clear(site.IsWithout);
            foreach (TrackerLeg leg in site.Legs)
            {
                leg.HandleNetworkChange(now);
                foreach (TrackerListing listing in leg.Listings)
                {
                    listing.Failures = 0;
                    listing.Hurry(now);
                }
            }
        }

        foreach (NetworkId network in _missing.Keys.ToList())
        {
            _missing[network] = (_missing[network].Count, now);
        }

        Plan(now);
    }

    /// <summary>Tells all trackers that this node goes; nothing is announced after it. The last transmits and events are to be taken after it.</summary>
    public void Stop(Instant now)
    {
        foreach (TrackerLeg leg in _sites.SelectMany(static site => site.Legs))
        {
            foreach (TrackerListing listing in leg.Listings.Where(static listing => listing.IsListed))
            {
                leg.Leave(now, listing);
            }

            leg.Listings.Clear();
        }

        _places.Clear();
        _isStopped = true;
    }

    /// <summary>Takes the next datagram to send from the data socket.</summary>
    /// <param name="buffer">At least <see cref="UdpTrackerRequest.BytesMax"/> bytes, the caller's.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="length">Bytes used of the buffer.</param>
    public bool TryGetTransmit(Span<byte> buffer, out InternetEndpoint target, out int length)
    {
        foreach (TrackerSite site in _sites)
        {
            foreach (TrackerLeg leg in site.Legs)
            {
                if (leg is UdpTrackerLeg udp && udp.TryGetTransmit(buffer, out length))
                {
                    target = udp.Endpoint;
                    return true;
                }
            }
        }

        target = default;
        length = 0;
        return false;
    }

    /// <summary>Takes the next event.</summary>
    public bool TryGetEvent(out TrackerEvent? trackerEvent) => _events.TryDequeue(out trackerEvent);

    private void Raise(TrackerEvent trackerEvent) => _events.Enqueue(trackerEvent);
}
