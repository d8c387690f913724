using System.Globalization;
using System.Net;
using Kith.Node.Streams.Socket;

namespace Kith.Node.Control;

/// <content>Streams of the node, carried over the control socket.</content>
public sealed partial class ControlClient
{
    /// <inheritdoc/>
    public ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) =>
        OpenAsync($"{ControlRoute.Dial}?device={Escape(device)}&port={port.ToString(CultureInfo.InvariantCulture)}", cancellationToken);

    /// <inheritdoc/>
    public ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default) =>
        OpenAsync($"{ControlRoute.Dial}?device={Escape(device)}&protocol={Escape(protocol)}", cancellationToken);

    /// <inheritdoc/>
    public ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) =>
        ListenAsync($"?port={port.ToString(CultureInfo.InvariantCulture)}", port, null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default) =>
        ListenAsync($"?protocol={Escape(protocol)}", Protocol.Core.Applications.ApplicationConstants.Port, protocol, cancellationToken);

    /// <summary>Waits for the next stream of a listener.</summary>
    internal ValueTask<KithStream> AcceptAsync(string listener, CancellationToken cancellationToken) =>
        OpenAsync($"{ControlRoute.Accept}?listener={Escape(listener)}", cancellationToken);

    private static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Uri.EscapeDataString(text);
    }

    private async ValueTask<KithListener> ListenAsync(string query, int port, string? protocol, CancellationToken cancellationToken)
    {
        (HttpResponseMessage response, Stream connection) = await UpgradeAsync(ControlRoute.Listen + query, cancellationToken).ConfigureAwait(false);
        string? number = response.Headers.TryGetValues(SocketListener.HeaderName, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
        if (number is null)
        {
            response.Dispose();
            throw NotUnderstood(null);
        }

        return new SocketListener(this, connection, number, port, protocol);
    }

    private async ValueTask<KithStream> OpenAsync(string route, CancellationToken cancellationToken)
    {
        (HttpResponseMessage response, Stream connection) = await UpgradeAsync(route, cancellationToken).ConfigureAwait(false);
        string? text = response.Headers.TryGetValues(StreamFrame.PeerHeaderName, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
        if (!PeerHeader.TryDecode(text, out KithPeer? peer))
        {
            response.Dispose();
            throw NotUnderstood(null);
        }

        return new SocketStream(peer, new FrameChannel(connection));
    }

    private async ValueTask<(HttpResponseMessage Response, Stream Connection)> UpgradeAsync(string route, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = new(HttpMethod.Get, route);
        message.Headers.Connection.Add("Upgrade");
        message.Headers.Upgrade.ParseAdd(StreamFrame.Upgrade);
        HttpResponseMessage response = await SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            response.Dispose();
            throw NotUnderstood(null);
        }

        return (response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }
}
