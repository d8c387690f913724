namespace Kith.Node.DependencyInjection;

/// <summary>The transport of a node that may not have started yet: waits for it.</summary>
internal sealed class KithSourceTransport(KithNodeSource source) : IKithTransport
{
    /// <inheritdoc/>
    public async ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) =>
        await (await source.GetAsync(cancellationToken).ConfigureAwait(false)).DialAsync(device, port, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default) =>
        await (await source.GetAsync(cancellationToken).ConfigureAwait(false)).DialAsync(device, protocol, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) =>
        await (await source.GetAsync(cancellationToken).ConfigureAwait(false)).ListenAsync(port, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default) =>
        await (await source.GetAsync(cancellationToken).ConfigureAwait(false)).ListenAsync(protocol, cancellationToken).ConfigureAwait(false);
}
