using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Storage;

/// <summary>Who has announced which info-hash (BEP 5). The hash announced longest ago gives way when there are too many, and the oldest peer of one hash.</summary>
public sealed class PeerStore
{
    private readonly Dictionary<DhtId, List<(InternetEndpoint Peer, Instant Announced)>> _peers = [];

    /// <summary>Info-hashes known.</summary>
    public int Count => _peers.Count;

    /// <summary>Takes an announcement.</summary>
    public void Add(Instant now, in DhtId infoHash, in InternetEndpoint peer)
    {
        if (!_peers.TryGetValue(infoHash, out List<(InternetEndpoint Peer, Instant Announced)>? list))
        {
            if (_peers.Count >= DhtLimits.InfoHashesMax)
            {
                _peers.Remove(_peers.MinBy(static entry => entry.Value[^1].Announced).Key);
            }

            _peers[infoHash] = list = [];
        }

        InternetEndpoint who = peer;
        list.RemoveAll(entry => entry.Peer == who);
        if (list.Count >= DhtLimits.PeersPerHashMax)
        {
            list.RemoveAt(0);
        }

        list.Add((peer, now));
    }

    /// <summary>The peers of one family that announced a hash, latest first, at most <see cref="DhtLimits.PeersPerAnswerMax"/>.</summary>
    public IReadOnlyList<InternetEndpoint> Find(in DhtId infoHash, bool isV6) => _peers.TryGetValue(infoHash, out List<(InternetEndpoint Peer, Instant Announced)>? list)
        ? [.. list.Where(entry => entry.Peer.Address.IsV4 != isV6).Select(entry => entry.Peer).Reverse().Take(DhtLimits.PeersPerAnswerMax)]
        : [];

    /// <summary>Forgets what was not announced again.</summary>
    public void Expire(Instant now)
    {
        foreach ((DhtId infoHash, List<(InternetEndpoint Peer, Instant Announced)> list) in _peers.ToList())
        {
            list.RemoveAll(entry => now - entry.Announced >= DhtTimings.PeerLife);
            if (list.Count == 0)
            {
                _peers.Remove(infoHash);
            }
        }
    }
}
