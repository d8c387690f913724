using System.Diagnostics;

namespace Kith.Node.Telemetry;

/// <summary>A listener whose streams are counted and traced.</summary>
internal sealed class WatchedListener(KithListener listener, NodeMetrics metrics) : KithListener(listener.Port, listener.Protocol)
{
    /// <inheritdoc/>
    public override async ValueTask<KithStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        KithStream stream = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        metrics.NoteAccept();
        using Activity? activity = KithTelemetry.Source.StartActivity("kith.accept", ActivityKind.Server);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("server.port", Port);
            activity.SetTag("kith.protocol", Protocol);
            activity.SetTag("client.address", stream.Peer.Address.Address.ToString());
            KithTelemetry.Describe(activity, stream.Peer);
        }

        return stream;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => listener.DisposeAsync();
}
