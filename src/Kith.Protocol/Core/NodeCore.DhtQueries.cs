using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What a user asks of the DHT through this node.</content>
public sealed partial class NodeCore
{
    private readonly HashSet<long> _dhtQueries = [];

    /// <summary>The node's part in the DHT; null if it takes none.</summary>
    public DhtDescription? DescribeDht() => _dht is not { } dht
        ? null
        : new DhtDescription(dht.IsReadOnly, dht.IdOf(false), dht.CountOf(false), dht.IdOf(true), dht.CountOf(true), dht.ItemCount, dht.InfoHashCount, dht.Traffic);

    /// <summary>
    /// Looks for an immutable item. What is found comes as <see cref="NodeEvent.DhtItemFound"/>, the end as <see cref="NodeEvent.DhtEnded"/>, with the number returned
    /// here; 0 if nobody is known to ask, too much is under way, or there is no DHT.
    /// </summary>
    public long GetFromDht(ClockReading now, DhtId target) => BeginDhtQuery(now, dht => dht.BeginGet(now, target));

    /// <summary>Looks for the newest mutable item of a key and salt, as <see cref="GetFromDht(ClockReading, DhtId)"/>.</summary>
    public long GetFromDht(ClockReading now, byte[] publicKey, byte[] salt) => BeginDhtQuery(now, dht => dht.BeginGet(now, publicKey, salt));

    /// <summary>Puts an item; how many nodes took it comes as <see cref="NodeEvent.DhtEnded"/>. A newer one that lies there already is reported and left.</summary>
    public long PutIntoDht(ClockReading now, DhtItem item, long? cas = null) => BeginDhtQuery(now, dht => dht.BeginPut(now, item, cas));

    /// <summary>Looks for peers of an info-hash, which come as <see cref="NodeEvent.DhtPeersFound"/>, and announces a port if one is given.</summary>
    public long FindPeersInDht(ClockReading now, DhtId infoHash, ushort? announcePort = null) => BeginDhtQuery(now, dht => dht.BeginGetPeers(now, infoHash, announcePort));

    private long BeginDhtQuery(ClockReading now, Func<DhtMachine, long> begin)
    {
        if (_dht is not { } dht || _dhtQueries.Count >= NodeLimits.DhtQueriesMax)
        {
            return 0;
        }

        long operation = begin(dht);
        if (operation != 0)
        {
            _dhtQueries.Add(operation);
        }

        Settle(now);
        return operation;
    }

    private bool TryReportDhtEvent(DhtEvent dhtEvent)
    {
        switch (dhtEvent)
        {
            case DhtEvent.ItemFound found when _dhtQueries.Contains(found.Operation):
                Raise(new NodeEvent.DhtItemFound(found.Operation, found.Item));
                return true;
            case DhtEvent.PeersFound found when _dhtQueries.Contains(found.Operation):
                Raise(new NodeEvent.DhtPeersFound(found.Operation, found.Peers));
                return true;
            case DhtEvent.Ended ended when _dhtQueries.Remove(ended.Operation):
                Raise(new NodeEvent.DhtEnded(ended.Operation, ended.Stored));
                return true;
            default:
                return false;
        }
    }
}
