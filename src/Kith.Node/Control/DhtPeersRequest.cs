namespace Kith.Node.Control;

/// <summary>Asks who announced an info-hash.</summary>
/// <param name="InfoHash">40 hexadecimal digits.</param>
/// <param name="Announce">Whether this device is announced, too, at the port it is seen at.</param>
public sealed record DhtPeersRequest(string InfoHash, bool Announce);
