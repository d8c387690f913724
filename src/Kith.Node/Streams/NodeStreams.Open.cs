using System.Globalization;
using Kith.Node.Control;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Node.Streams;

/// <content>Dialling and listening.</content>
internal sealed partial class NodeStreams
{
    private static readonly TimeSpan StarvedInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a member that is not reachable is tried: it would have built a tunnel in a few round trips, so it is probably off.</summary>
    public TimeSpan OfflinePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Opens a stream to a port of a device.</summary>
    public async ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        CheckPort(port);
        NodeStream stream = await OnLoopAsync((core, now) => Connect(core, now, device, (ushort)port), cancellationToken).ConfigureAwait(false);
        try
        {
            CloseReason reason = await WaitAsync(stream, cancellationToken).ConfigureAwait(false);
            return reason == CloseReason.None ? stream : throw Failed(stream.Peer, port, reason);
        }
        catch
        {
            stream.Abort();
            throw;
        }
    }

    /// <summary>Listens on a port.</summary>
    public async ValueTask<NodeListener> ListenAsync(int port, CancellationToken cancellationToken)
    {
        CheckPort(port);
        return await OnLoopAsync(
            (core, _) =>
            {
                NodeListener listener = new(this, runner, core, (ushort)port);
                _listeners.Add(listener);
                return listener;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static void CheckPort(int port)
    {
        if (port is < 1 or > ushort.MaxValue)
        {
            throw new ControlException(ControlError.Usage, string.Create(CultureInfo.InvariantCulture, $"{port} is no TCP port."), "A port is a number from 1 to 65535.");
        }
    }

    private static ControlException Failed(KithPeer peer, int port, CloseReason reason)
    {
        string name = $"{peer.Name}.{peer.NetworkName}";
        return reason switch
        {
            CloseReason.Refused or CloseReason.Reset => new ControlException(
                ControlError.PortRefused,
                string.Create(CultureInfo.InvariantCulture, $"Nobody listens on port {port} of {name}."),
                "Check the port, and that the program there runs and listens on all addresses."),
            CloseReason.TimedOut => new ControlException(
                ControlError.Timeout,
                string.Create(CultureInfo.InvariantCulture, $"{name} does not answer on port {port}."),
                $"See 'kith why {peer.Name}'; a firewall on that device may drop what comes to the port."),
            CloseReason.None => Stopping(),
            _ => new ControlException(ControlError.UnknownDevice, $"{name} is no member of the network any more.", "'kith members' lists the devices."),
        };
    }

    private static ControlException Stopping() => new(ControlError.NodeNotRunning, "The node is stopping.", "Start it again with 'kith up'.");

    private static ControlException Limit(string what) => new(ControlError.LimitReached, $"This node has as many {what} as it can.", "Close some that are not needed any more.");

    private NodeStream Connect(NodeCore core, ClockReading now, string device, ushort port)
    {
        (MembershipLog network, Member member) = DialLookup.Find(core, now, device);
        if (member.Id == core.Id)
        {
            throw new ControlException(ControlError.UnknownDevice, $"'{device}' is this device itself.", "'kith members' lists the others.");
        }

        bool wantsV4 = InternetAddress.TryParse(device, out InternetAddress given) && given.IsV4;
        InternetEndpoint remote = new(wantsV4 ? member.V4 : member.V6, port);
        core.TryFindMember(remote.Address, out ApplicationPlace place);
        NodeStream stream = new(this, PeerAt(place.Member is null ? new ApplicationPlace(network, member, default) : place, remote));
        try
        {
            stream.Attach(core.Connect(now, remote, stream), isOpen: false);
        }
        catch (StackLimitException)
        {
            throw Limit("connections");
        }
        catch (AddressInUseException)
        {
            throw Limit("connections to that port");
        }

        _streams.Add(stream);
        return stream;
    }

    private async Task<CloseReason> WaitAsync(NodeStream stream, CancellationToken cancellationToken)
    {
        KithPeer peer = stream.Peer;
        CloseReason reason;
        try
        {
            reason = await stream.Opened.WaitAsync(OfflinePatience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await CheckOnlineAsync(peer, cancellationToken).ConfigureAwait(false);
            reason = await stream.Opened.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (reason == CloseReason.TimedOut)
        {
            await CheckOnlineAsync(peer, cancellationToken).ConfigureAwait(false);
        }

        return reason;
    }

    private async Task CheckOnlineAsync(KithPeer peer, CancellationToken cancellationToken)
    {
        if (!await OnLoopAsync((core, _) => core.DescribePeer(peer.Id).Online, cancellationToken).ConfigureAwait(false))
        {
            throw new ControlException(
                ControlError.DeviceOffline, $"{peer.Name}.{peer.NetworkName} is not reachable: it does not answer on any path.", $"See what was tried: kith why {peer.Name}");
        }
    }

    private async Task<T> OnLoopAsync<T>(Func<NodeCore, ClockReading, T> function, CancellationToken cancellationToken)
    {
        try
        {
            // Not given up half-way: what was made on the loop would belong to nobody.
            cancellationToken.ThrowIfCancellationRequested();
            return await runner.RunAsync(function).ConfigureAwait(false);
        }
        catch (NodeCoreException refusal)
        {
            throw Failures.From(refusal);
        }
        catch (AddressInUseException)
        {
            throw new ControlException(ControlError.PortInUse, "Somebody listens on that port of the private network already.", "Stop it, or choose another port.");
        }
        catch (StackLimitException)
        {
            throw Limit("listeners");
        }
        catch (ObjectDisposedException)
        {
            throw Stopping();
        }
    }
}
