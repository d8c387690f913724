using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Taking back what lies in the DHT where a device that was removed can read it: it is put over, and has no life of its own beyond two hours anyway.</content>
public sealed partial class NodeCore
{
    private readonly ErasureQueue _erasures = new();

    private void EraseWhereabouts(ClockReading now, DhtMachine dht, LocalNetwork network)
    {
        if (network.ReplacedSecret is { } secret)
        {
            network.ReplacedSecret = null;
            foreach (uint day in DaysAround(now.WallMilliseconds))
            {
                Put(now, dht, ErrandKind.Erase, RendezvousKey.ForWhereabouts(secret, Id, day), network.Id, Id, default);
            }
        }
    }

    // A member that is dropped still knows the mailbox in which we left word for it.
    private void EraseWordLater(RemotePeer peer)
    {
        if (peer.Word.Quarter != 0 && peer.Networks.Find(static network => network.Secret is not null) is { } network)
        {
            _erasures.TryAdd(network.ReplacedSecret ?? network.Secret!.Value, network.Id, peer.Id, peer.Word.Quarter);
        }
    }

    private bool TryEraseWord(ClockReading now, DhtMachine dht)
    {
        if (!_erasures.TryTake(out (NetworkSecret Secret, NetworkId Network, NodeId To, uint Quarter) word)
            || RendezvousKey.ForMailbox(word.Secret, _key, word.To, isToOther: true, word.Quarter) is not { } outbox)
        {
            return false;
        }

        Put(now, dht, ErrandKind.Erase, outbox, word.Network, word.To, default);
        return true;
    }
}
