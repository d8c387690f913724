namespace Kith.Node;

/// <summary>Who is at the other end of a connection that came over Kith: a feature of the connection, and of every request on it.</summary>
public interface IKithPeerFeature
{
    /// <summary>The device, proven by its key.</summary>
    KithPeer Peer { get; }
}
