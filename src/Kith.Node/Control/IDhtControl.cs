namespace Kith.Node.Control;

/// <summary>What may be asked of a node's part in the DHT. Items and info-hashes of others are strangers' words: nothing of them is used by the node itself.</summary>
public interface IDhtControl
{
    /// <summary>The node's part in the DHT and what it costs.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.DhtUnavailable"/>: it takes no part.</exception>
    Task<DhtStatus> GetDhtStatusAsync(CancellationToken cancellationToken);

    /// <summary>Looks for an item (BEP 44); of a mutable one for the newest. Takes a few seconds.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.DhtUnavailable"/>: nobody is known to ask.</exception>
    Task<DhtGetResult> GetFromDhtAsync(DhtGetRequest request, CancellationToken cancellationToken);

    /// <summary>Puts an item at the nodes nearest to its target. Takes a few seconds.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.DhtUnavailable"/>: nobody is known to ask.</exception>
    Task<DhtPutResult> PutIntoDhtAsync(DhtPutRequest request, CancellationToken cancellationToken);

    /// <summary>Looks for who announced an info-hash (BEP 5), and announces it if asked to. Takes a few seconds.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.DhtUnavailable"/>: nobody is known to ask.</exception>
    Task<DhtPeersResult> FindPeersAsync(DhtPeersRequest request, CancellationToken cancellationToken);
}
