using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>The Mainline DHT on the data socket.</content>
public sealed partial class NodeCore
{
    private const string DhtDocument = "dht";
    private static readonly TimeSpan SaveDhtInterval = TimeSpan.FromMinutes(10);

    private const int DhtVantagesMax = 16;

    private readonly DhtMachine? _dht;
    private readonly Queue<(InternetAddress Observer, InternetAddress Observed)> _dhtVantages = new();
    private Instant _saveDhtAt = Instant.Never;

    /// <summary>Whether this node takes part in the DHT.</summary>
    public bool HasDht => _dht is not null;

    /// <summary>How many nodes of the DHT are known, IPv4 and IPv6; zero without one.</summary>
    public (int V4, int V6) DhtContacts => _dht is { } dht ? (dht.CountOf(false), dht.CountOf(true)) : default;

    /// <summary>Whether this node only asks the DHT and does not answer it; false without one.</summary>
    public bool IsDhtReadOnly => _dht?.IsReadOnly ?? false;

    /// <summary>Adds endpoints of DHT nodes to begin with, once their names are resolved.</summary>
    public void AddDhtBootstrap(ClockReading now, IReadOnlyList<InternetEndpoint> endpoints)
    {
        _dht?.AddBootstrap(now, endpoints);
        Settle(now);
    }

    private DhtMachine? MakeDht(ClockReading now)
    {
        if (_options.Dht is not { } options)
        {
            return null;
        }

        DhtMachine dht = new(options, _random, now);
        if (_store.TryReadDocument(DhtDocument, out byte[]? content))
        {
            dht.AddSaved(now, SavedContacts.Decode(content));
        }

        _saveDhtAt = now.Monotonic + SaveDhtInterval;
        return dht;
    }

    // A node that nobody knows answers nobody: only one that has found the DHT takes part in it.
    private bool TryHandleDht(ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (_dht is not { } dht || PathAddress.IsSpecial(source) || source.Scope != 0 || !KrpcMessage.LooksLikeOne(datagram))
        {
            return false;
        }

        dht.IsReadOnly = (dht.CountOf(!source.Address.IsV4) == 0 && !_options.Dht!.IsFirst) || !IsReachableByStrangers;
        dht.HandleDatagram(now, source, datagram);
        return true;
    }

    // Who sits behind a translator that lets nobody in would only be a dead entry in other tables (BEP 43).
    private bool IsReachableByStrangers => _mapped.Length > 0 || Nat.Class == NatClass.None || (Nat.Class == NatClass.Unknown && _observed.Count == 0);

    private bool TryTakeDht(Span<byte> buffer, out NodeTransmit transmit)
    {
        if (_dht is { } dht && dht.TryGetTransmit(buffer, out DhtTransmit datagram))
        {
            transmit = new NodeTransmit(NodeTransmitKind.Datagram, datagram.Endpoint, datagram.Length);
            return true;
        }

        transmit = default;
        return false;
    }

    private bool HandleDhtEvents(ClockReading now)
    {
        bool any = false;
        while (_dht is { } dht && dht.TryGetEvent(out DhtEvent? dhtEvent))
        {
            any = true;
            if (TryReportDhtEvent(dhtEvent))
            {
                continue;
            }

            switch (dhtEvent)
            {
                case DhtEvent.ItemFound found:
                    HandleErrandItem(now, found.Operation, found.Item);
                    break;
                case DhtEvent.Ended ended:
                    HandleErrandEnd(now, ended.Operation, ended.Stored);
                    break;
                case DhtEvent.AddressSeen seen:
                    NoteDhtVantage(now, seen.Observer, seen.Observed);
                    break;
                default:
                    break;
            }
        }

        return any;
    }

    // One node may lie about where it saw us: what it says counts once another has named the same address.
    private void NoteDhtVantage(ClockReading now, in InternetEndpoint observer, in InternetEndpoint observed)
    {
        bool agrees = false;
        foreach ((InternetAddress by, InternetAddress seen) in _dhtVantages)
        {
            agrees |= seen == observed.Address && by != observer.Address;
        }

        if (_dhtVantages.Count >= DhtVantagesMax)
        {
            _dhtVantages.Dequeue();
        }

        _dhtVantages.Enqueue((observer.Address, observed.Address));
        if (agrees && EndpointField.IsUnicast(observed))
        {
            _nat.HandleObserved(now, observer, observed, now.Monotonic);
        }
    }

    private void SaveDhtIfDue(ClockReading now)
    {
        if (now.Monotonic >= _saveDhtAt)
        {
            _saveDhtAt = now.Monotonic + SaveDhtInterval;
            SaveDht();
        }
    }

    private void SaveDht()
    {
        if (_dht is not { } dht || dht.CopyContacts() is not { Count: > 0 } contacts)
        {
            return;
        }

        StoreResult result = _store.ReplaceDocument(DhtDocument, SavedContacts.Encode(contacts));
        if (!result.IsOk)
        {
            Raise(new NodeEvent.StoreFailed(result));
        }
    }
}
