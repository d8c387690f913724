using Kith.Node;
using Kith.Node.Control;

namespace Kith.Tests.Cli;

/// <content>The DHT, whose only item is the one that was put last.</content>
internal partial class FakeNode
{
    public DhtItemValue? DhtItem { get; set; }

    public IReadOnlyList<string> DhtPeers { get; set; } = [];

    public Task<DhtStatus> GetDhtStatusAsync(CancellationToken cancellationToken) => Answer("dht", new DhtStatus(
        true, new DhtFamilyStatus(new string('1', 40), 12), new DhtFamilyStatus(new string('2', 40), 3), 1, 2, new DhtTrafficStatus(61.5, 10, 1_000, 9, 2_000)));

    public Task<DhtGetResult> GetFromDhtAsync(DhtGetRequest request, CancellationToken cancellationToken) => Answer(request, new DhtGetResult(DhtItem));

    public Task<DhtPutResult> PutIntoDhtAsync(DhtPutRequest request, CancellationToken cancellationToken)
    {
        DhtItem = DhtItemText.Describe(DhtItemText.TryRead(request.Item)!);
        return Answer(request, new DhtPutResult(DhtItem.Target, 8, DhtItem.PublicKey, DhtItem.Sequence, null));
    }

    public Task<DhtPeersResult> FindPeersAsync(DhtPeersRequest request, CancellationToken cancellationToken) => Answer(request, new DhtPeersResult(DhtPeers, 0));
}
