using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kith.Node.Control;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Kith.Node.Hosting;

/// <summary>Addresses of members that a user gave by hand.</summary>
internal static class StaticPeers
{
    // A machine that has just booted may have no name servers yet, and must not wait for them.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The endpoints behind what was given now.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.Usage"/>: one is no address, or its name has none.</exception>
    public static async Task<IReadOnlyList<InternetEndpoint>> ResolveAsync(IReadOnlyList<string> peers, CancellationToken cancellationToken)
    {
        List<InternetEndpoint> endpoints = [];
        foreach (string peer in peers)
        {
            endpoints.AddRange(await ResolveAsync(peer, cancellationToken).ConfigureAwait(false));
        }

        return endpoints;
    }

    /// <summary>The endpoints behind what is remembered, separated by spaces. A name that has no address now is told and left out: it keeps nobody from starting.</summary>
    public static async Task<IReadOnlyList<InternetEndpoint>> ResolveRememberedAsync(string? peers, ILogger logger, CancellationToken cancellationToken)
    {
        List<InternetEndpoint> endpoints = [];
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        foreach (string peer in (peers ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                endpoints.AddRange(await ResolveAsync(peer, patience.Token).WaitAsync(patience.Token).ConfigureAwait(false));
            }
            catch (Exception failure) when (failure is ControlException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                logger.PeerUnresolved(failure is ControlException ? failure.Message : "The name servers did not answer in time.");
            }
        }

        return endpoints;
    }

    private static async Task<IReadOnlyList<InternetEndpoint>> ResolveAsync(string peer, CancellationToken cancellationToken)
    {
        if (InternetEndpoint.TryParse(peer, out InternetEndpoint endpoint))
        {
            return [endpoint];
        }

        int colon = peer.LastIndexOf(':');
        string host = colon > 0 ? peer[..colon] : peer;
        ushort port = ControlConstants.Port;
        if (colon > 0 && !ushort.TryParse(peer.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            throw new ControlException(ControlError.Usage, $"'{peer}' is no address of a device.", "Example: --peer nas.example.org:5484 or --peer [2001:db8::1]:5484");
        }

        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return [.. addresses.Select(address => new InternetEndpoint(InternetAddress.FromBytes(address.GetAddressBytes()), port))];
        }
        catch (SocketException)
        {
            throw new ControlException(ControlError.Usage, $"The name '{host}' has no address.", "Check the name, or give the address itself: --peer 192.0.2.1:5484");
        }
    }
}
