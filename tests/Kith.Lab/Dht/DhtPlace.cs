using Kith.Lab.Daemon;
using Kith.Lab.Nat;

namespace Kith.Lab.Dht;

/// <summary>A private DHT and two nodes of Kith in it.</summary>
/// <param name="Internet">Where it is.</param>
/// <param name="Swarm">The nodes that others wrote.</param>
/// <param name="A">Kith, with IPv4 and IPv6, begun from libtorrent.</param>
/// <param name="B">Kith, begun from bittorrent-dht.</param>
internal sealed record DhtPlace(LabInternet Internet, DhtSwarm Swarm, KithHost A, KithHost B);
