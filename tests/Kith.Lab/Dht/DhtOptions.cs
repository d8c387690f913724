namespace Kith.Lab.Dht;

/// <summary>Options of `kith up` for the lab of the DHT.</summary>
internal static class DhtOptions
{
    /// <summary>Into other people's DHT through two of its nodes, and nothing else that could help: no STUN server, no router that maps ports.</summary>
    public static string ToSwarm => $"--no-stun --no-port-mapping --dht-bootstrap {DhtSwarm.LibtorrentEndpoint},{DhtSwarm.BittorrentDhtEndpoint}";
}
