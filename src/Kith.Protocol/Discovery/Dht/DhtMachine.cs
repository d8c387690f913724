using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Discovery.Dht.Storage;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>
/// A node of BitTorrent's Mainline DHT without its IO: BEP 5, 32 (IPv6), 42 (ids bound to addresses), 43 (read-only), 44 (items). Hand it datagrams and time;
/// after every call take transmits and events, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>. Nothing that comes from the DHT is believed:
/// items are verified before they are reported, peers and contacts are addresses to try. Not thread-safe.
/// </summary>
public sealed partial class DhtMachine
{
    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromSeconds(10);

    private readonly RandomSource _random;
    private readonly DhtFamily?[] _families;
    private readonly List<InternetEndpoint> _bootstrap = [];
    private readonly Queue<DhtEvent> _events = new();
    private readonly TokenSource _tokens;
    private readonly PeerStore _peers = new();
    private readonly ItemStore _items = new();
    private readonly AnswerMeter _meter = new();
    private Instant _nextUpkeep;
    private long _nextOperation = 1;

    /// <summary>Begins with an empty table; it fills itself from the bootstrap endpoints at the first <see cref="HandleTimeout"/>.</summary>
    public DhtMachine(DhtOptions options, RandomSource random, Instant now)
    {
        ArgumentNullException.ThrowIfNull(options);
        _random = random;
        IsReadOnly = options.IsReadOnly;
        _families = [options.UseIPv4 ? new DhtFamily(false, random) : null, options.UseIPv6 ? new DhtFamily(true, random) : null];
        _tokens = new TokenSource(random, now);
        _nextUpkeep = now;
        AddBootstrap(now, options.Bootstrap);
    }

    /// <summary>Whether we only ask: queries of others get no answer, and ours say that we should not be remembered (BEP 43).</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Contacts known in one family.</summary>
    public int CountOf(bool isV6) => _families[isV6 ? 1 : 0]?.Table.Count ?? 0;

    /// <summary>Our id in one family; zero if we take no part in it.</summary>
    public DhtId IdOf(bool isV6) => _families[isV6 ? 1 : 0]?.Self ?? default;

    /// <summary>What it cost so far.</summary>
    public DhtTraffic Traffic { get; private set; }

    /// <summary>Items kept for others.</summary>
    public int ItemCount => _items.Count;

    /// <summary>Info-hashes whose peers are kept for others.</summary>
    public int InfoHashCount => _peers.Count;

    /// <summary>When <see cref="HandleTimeout"/> must be called next, if nothing else is called before.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = _nextUpkeep;
            foreach (DhtFamily? family in _families)
            {
                next = family is not null && IsThin(family) ? Instant.Min(next, family.NextBootstrap) : next;
            }

            return Instant.Min(next, NextTransactionDeadline);
        }
    }

    /// <summary>Adds endpoints that may be nodes: the well-known ones, a user's, or saved ones. What is over <see cref="DhtLimits.BootstrapMax"/> is left out.</summary>
    public void AddBootstrap(Instant now, IReadOnlyList<InternetEndpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        foreach (InternetEndpoint endpoint in endpoints)
        {
            if (_bootstrap.Count < DhtLimits.BootstrapMax && Paths.EndpointField.IsUnicast(endpoint) && !_bootstrap.Contains(endpoint))
            {
                _bootstrap.Add(endpoint);
            }
        }

        foreach (DhtFamily? family in _families)
        {
            if (family is not null)
            {
                family.NextBootstrap = now;
                family.BootstrapWait = DhtTimings.BootstrapFirst;
            }
        }
    }

    /// <summary>Contacts of an earlier run: each is asked, and in the table once it answers.</summary>
    public void AddSaved(Instant now, IReadOnlyList<DhtContact> contacts)
    {
        ArgumentNullException.ThrowIfNull(contacts);
        foreach (DhtContact contact in contacts.Take(DhtLimits.SavedContactsMax))
        {
            Ping(now, contact);
        }
    }

    /// <summary>Contacts worth keeping for the next start, at most <see cref="DhtLimits.SavedContactsMax"/>.</summary>
    public IReadOnlyList<DhtContact> CopyContacts() =>
        [.. _families.Where(family => family is not null).SelectMany(family => family!.Table.Contacts).Take(DhtLimits.SavedContactsMax)];

    /// <summary>Our addresses changed: what others said of them is forgotten, and an empty table begins anew at once.</summary>
    public void HandleLocalChange(Instant now)
    {
        foreach (DhtFamily? family in _families)
        {
            family?.ForgetVotes();
        }

        AddBootstrap(now, []);
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        HandleTransactionDeadlines(now);
        foreach (DhtFamily? family in _families)
        {
            if (family is not null && IsThin(family) && now >= family.NextBootstrap)
            {
                Bootstrap(now, family);
            }
        }

        if (now >= _nextUpkeep)
        {
            _nextUpkeep = now + UpkeepInterval;
            Upkeep(now);
        }
    }

    /// <summary>Takes the next event; false when there is none.</summary>
    public bool TryGetEvent([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DhtEvent? dhtEvent) => _events.TryDequeue(out dhtEvent);

    private static bool IsThin(DhtFamily family) => family.Table.Count < DhtLimits.BucketSize;

    private void Raise(DhtEvent dhtEvent)
    {
        if (_events.Count < DhtLimits.TransmitsMax)
        {
            _events.Enqueue(dhtEvent);
        }
    }

    // Asks the nodes everybody knows, and once some have answered walks towards ourselves, which fills the near buckets.
    private void Bootstrap(Instant now, DhtFamily family)
    {
        family.NextBootstrap = now + family.BootstrapWait;
        family.BootstrapWait = family.BootstrapWait * 2 < DhtTimings.BootstrapLongest ? family.BootstrapWait * 2 : DhtTimings.BootstrapLongest;
        Span<byte> query = stackalloc byte[KrpcMessage.BytesMax];
        foreach (InternetEndpoint endpoint in _bootstrap.Where(endpoint => endpoint.Address.IsV4 != family.IsV6))
        {
            if (TryBegin(now, endpoint, null, out Transaction? transaction))
            {
                SendQuery(transaction, query[..QueryOf(transaction, family).WriteFindNode(query, family.Self)]);
            }
        }

        if (family.Table.Count > 0)
        {
            BeginUpkeepLookup(now, family, family.Self);
        }
    }

    private void Upkeep(Instant now)
    {
        _peers.Expire(now);
        _items.Expire(now);
        foreach (DhtFamily? family in _families)
        {
            if (family is null)
            {
                continue;
            }

            if (family.Table.TryFindQuestionable(now, out DhtContact contact))
            {
                Ping(now, contact);
            }

            if (now >= family.NextWalk)
            {
                family.NextWalk = Instant.Never;
                BeginUpkeepLookup(now, family, family.Self);
            }

            if (family.Table.TryTakeStale(now, _random, out DhtId target))
            {
                BeginUpkeepLookup(now, family, target);
            }
        }
    }

    private void BeginUpkeepLookup(Instant now, DhtFamily family, DhtId target)
    {
        if (_lookups.Count < DhtLimits.LookupsMax && !_lookups.Exists(lookup => lookup.Operation.Number == 0 && lookup.IsV6 == family.IsV6 && lookup.Target == target))
        {
            Start(now, new Lookup(new Operation(0), LookupPurpose.FindNode, target, family.IsV6), family);
        }
    }

    private void Ping(Instant now, in DhtContact contact, bool isToNewcomer = false)
    {
        if (_families[contact.Endpoint.Address.IsV4 ? 0 : 1] is { } family
            && TryBegin(now, contact.Endpoint, contact, out Transaction? transaction, isToNewcomer: isToNewcomer))
        {
            Span<byte> query = stackalloc byte[KrpcMessage.BytesMax];
            SendQuery(transaction, query[..QueryOf(transaction, family).WritePing(query)]);
        }
    }
}
