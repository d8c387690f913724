using System.Net;
using Kith.Node.Control;
using Microsoft.AspNetCore.Connections;

namespace Kith.Node.Kestrel;

/// <summary>Lets Kestrel listen on a <see cref="KithEndPoint"/>; every other kind of endpoint is left to Kestrel's own transports.</summary>
internal sealed class KithConnectionListenerFactory(IKithTransport transport) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly Dictionary<int, HttpSplit> _splits = [];
    private readonly SemaphoreSlim _binding = new(1);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is KithEndPoint;

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not KithEndPoint kith)
        {
            throw new NotSupportedException($"{endpoint} is no endpoint of Kith.");
        }

        try
        {
            if (kith.Part != HttpPart.All)
            {
                HttpSplit split = await TakeSplitAsync(kith.Port, cancellationToken).ConfigureAwait(false);
                return new KithConnectionListener(kith, token => split.AcceptAsync(kith.Part, token), () => LeaveSplitAsync(kith.Port));
            }

            KithListener listener = kith.Protocol is { } protocol
                ? await transport.ListenAsync(protocol, cancellationToken).ConfigureAwait(false)
                : await transport.ListenAsync(kith.Port, cancellationToken).ConfigureAwait(false);
            return new KithConnectionListener(kith, listener.AcceptAsync, listener.DisposeAsync);
        }
        catch (ControlException taken) when (taken.Error == ControlError.PortInUse)
        {
            throw new AddressInUseException(taken.Message, taken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _binding.Dispose();

    private async ValueTask<HttpSplit> TakeSplitAsync(int port, CancellationToken cancellationToken)
    {
        await _binding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_splits.TryGetValue(port, out HttpSplit? split))
            {
                split = new HttpSplit(await transport.ListenAsync(port, cancellationToken).ConfigureAwait(false));
                _splits.Add(port, split);
            }

            split.Users++;
            return split;
        }
        finally
        {
            _binding.Release();
        }
    }

    private async ValueTask LeaveSplitAsync(int port)
    {
        await _binding.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_splits.TryGetValue(port, out HttpSplit? split) && --split.Users == 0)
            {
                _splits.Remove(port);
                await split.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _binding.Release();
        }
    }
}
