namespace Kith.Node.Control;

/// <content>The DHT.</content>
public sealed partial class ControlClient
{
    /// <inheritdoc/>
    public Task<DhtStatus> GetDhtStatusAsync(CancellationToken cancellationToken) =>
        GetAsync(ControlRoute.Dht, ControlJson.Default.DhtStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<DhtGetResult> GetFromDhtAsync(DhtGetRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.DhtGet, request, ControlJson.Default.DhtGetRequest, ControlJson.Default.DhtGetResult, cancellationToken);

    /// <inheritdoc/>
    public Task<DhtPutResult> PutIntoDhtAsync(DhtPutRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.DhtPut, request, ControlJson.Default.DhtPutRequest, ControlJson.Default.DhtPutResult, cancellationToken);

    /// <inheritdoc/>
    public Task<DhtPeersResult> FindPeersAsync(DhtPeersRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.DhtPeers, request, ControlJson.Default.DhtPeersRequest, ControlJson.Default.DhtPeersResult, cancellationToken);
}
