using System.Collections.Concurrent;
using Kith.Node.Control;
using Kith.Node.Explaining;
using Kith.Node.Hosting;
using Kith.Node.Streams;
using Kith.Node.Telemetry;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Microsoft.Extensions.Logging;

namespace Kith.Node;

/// <summary>
/// A running node: this device in its private networks. Starting makes one; disposing it leaves the machine as it was found.
/// All members are thread-safe.
/// </summary>
public sealed partial class KithNode : INodeControl
{
    /// <summary>The name of the network that a first start creates.</summary>
    public const string FirstNetworkName = "home";

    /// <summary>The name of the TUN device unless another is asked for.</summary>
    public const string DefaultTunName = "kith0";

    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(20);

    private readonly NodeParts _parts;
    private readonly CoreLoop _loop;
    private readonly NodeStreams _streams;
    private readonly NodeProtocols _protocols;
    private readonly FastPath _fastPath;
    private readonly TunDevice? _tun;
    private readonly LocalInterfaces _interfaces;
    private readonly ILogger _logger;
    private readonly string _deviceName;
    private readonly NodeOutside? _outside;
    private readonly Dictionary<long, TaskCompletionSource<NodeEvent>> _joins = [];
    private readonly ConcurrentDictionary<long, TaskCompletionSource<TimeSpan>> _pings = [];
    private readonly Lock _stopLock = new();
    private IReadOnlyList<(uint InterfaceIndex, InternetAddress? Gateway)> _routes = [];
    private Task? _stopped;

    private KithNode(NodeParts parts, string deviceName, ILogger logger)
    {
        _parts = parts;
        _deviceName = deviceName;
        _logger = logger;
        _tun = parts.Tun;
        _fastPath = parts.FastPath!;
        _interfaces = parts.Interfaces!;
        _outside = parts.Outside;
        Id = parts.Core!.Id;
        _loop = new CoreLoop(parts.Core, _fastPath, parts.Inbox, parts.Lan, parts.Tcp!, logger, HandleEvent);
        _streams = _loop.Streams;
        _protocols = new NodeProtocols(_streams);
        _metrics = new NodeMetrics(Id.ToString(), () => Networks, ReadMeasures);
    }

    /// <summary>This node's id.</summary>
    public NodeId Id { get; }

    /// <inheritdoc/>
    public Task Completion => _loop.Completion;

    /// <summary>
    /// Starts a node: state loaded, sockets and TUN device open, in its networks. The first start without an invite creates a network.
    /// </summary>
    /// <exception cref="ControlException">It cannot start; nothing of it is left behind.</exception>
    public static async Task<KithNode> StartAsync(NodeStartOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        ILogger logger = loggers.CreateLogger("kith");
        KithNode? node = null;
        NodeParts parts = new();
        try
        {
            NodeSettings settings = await Task.Run(() => parts.OpenAsync(options, loggers, cancellationToken), cancellationToken).ConfigureAwait(false);
            node = new KithNode(parts, settings.DeviceName!, logger);
            node.Begin();
            await node._protocols.StartAsync(cancellationToken).ConfigureAwait(false);
            parts.StartDht(settings);
            parts.StartPortMapping(settings, options.PortMappingLifetime);
            await node.EnterNetworkAsync(options, cancellationToken).ConfigureAwait(false);
            return node;
        }
        catch
        {
            if (node is not null)
            {
                await node.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                parts.Dispose();
            }

            throw;
        }
    }

    /// <summary>Whether a text is <c>HOST:PORT</c> with a name or an address (IPv6 in brackets).</summary>
    public static bool IsEndpointText(string text) => DhtBootstrap.IsNode(text);

    /// <summary>Whether a text is the address of a tracker: <c>udp://HOST:PORT</c>, or an address of HTTP or HTTPS.</summary>
    public static bool IsTrackerText(string text) => Protocol.Discovery.Tracker.TrackerUrl.TryParse(text, out _);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopLock)
        {
            _stopped ??= Task.Run(StopAfterFlushAsync, CancellationToken.None);
        }

        return _stopped.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private void Begin()
    {
        _fastPath.Start();
        _loop.Start();
        _interfaces.Changed += TellLocalAddresses;
        TellLocalAddresses();
    }

    private async Task EnterNetworkAsync(NodeStartOptions options, CancellationToken cancellationToken)
    {
        if (options.Join is { } invite)
        {
            try
            {
                // Whoever gives a name by hand means that one; a host name may get a number.
                await JoinAsync(new JoinRequest(invite), insistsOnName: options.DeviceName is not null, cancellationToken).ConfigureAwait(false);
            }
            catch (ControlException exception) when (exception.Error == ControlError.AlreadyMember)
            {
                // Started again with the same line: the device is where it wanted to be.
            }
        }
        else if ((await GetNetworksAsync(cancellationToken).ConfigureAwait(false)).Count == 0 && !_parts.HadNetworks && _parts.Core!.LostNetworks.Count == 0)
        {
            await CreateAsync(new CreateRequest(options.NetworkName ?? FirstNetworkName), cancellationToken).ConfigureAwait(false);
        }

        // Whoever started the node may use addresses and names as soon as it is told that the node is ready.
        if (_outside is not null)
        {
            await _outside.SettledAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void TellLocalAddresses()
    {
        IReadOnlyList<Protocol.Paths.InternetPrefix> addresses = _interfaces.Candidates;
        IReadOnlyList<(uint InterfaceIndex, InternetAddress? Gateway)> routes = _interfaces.DefaultRoutes;
        _parts.Inbox.PostWork(now =>
        {
            // Another default route is another way to the Internet, also where the addresses stay.
            if (!_parts.Core!.HandleLocalAddresses(now, addresses) && !routes.SequenceEqual(_routes))
            {
                _parts.Core.HandleNetworkChange(now);
            }

            _routes = routes;
        });
    }

    // What was written to streams that are disposed already is meant to arrive.
    private async Task StopAfterFlushAsync()
    {
        try
        {
            for (TimeSpan waited = TimeSpan.Zero; waited < FlushPatience && await _loop.RunAsync((_, _) => _streams.IsFlushing).ConfigureAwait(false); waited += FlushStep)
            {
                await Task.Delay(FlushStep).ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended by itself.
        }

        Stop();
    }

    private void Stop()
    {
        _interfaces.Changed -= TellLocalAddresses;
        _loop.Dispose();
        FailSockets();
        _hub.Close();
        _metrics.Dispose();
        _parts.Dispose();
        foreach (TaskCompletionSource<NodeEvent> join in _joins.Values)
        {
            join.TrySetException(new ControlException(ControlError.NodeNotRunning, "The node was stopped.", "Start it again with 'kith up'."));
        }
    }

    // On the loop.
    private void HandleEvent(NodeEvent nodeEvent)
    {
        NoteNews(nodeEvent);
        switch (nodeEvent)
        {
            case NodeEvent.AddressingChanged:
                _outside?.Update(_parts.Core!);
                break;
            case NodeEvent.Joined joined:
                _logger.Joined(NameOf(joined.Network));
                CompleteJoin(joined.Operation, joined);
                break;
            case NodeEvent.JoinFailed failed:
                CompleteJoin(failed.Operation, failed);
                break;
            case NodeEvent.PingAnswered answered:
                if (_pings.TryRemove(answered.Ping, out TaskCompletionSource<TimeSpan>? waiting))
                {
                    waiting.TrySetResult(answered.RoundTrip);
                }

                break;
            case NodeEvent.MemberOnline online:
                _logger.MemberOnline(NameOf(online.Node), online.Online ? "reachable" : "not reachable any more");
                break;
            case NodeEvent.PathChanged changed:
                _logger.PathChanged(NameOf(changed.Node), changed.Endpoint is not { } endpoint ? "none" : PathAddress.TryGetRelay(endpoint, out _, out _) ? "relay" : PathAddress.IsSpecial(endpoint) ? "tcp" : endpoint.ToString());
                break;
            case NodeEvent.Admitted admitted:
                _logger.Admitted(admitted.Name, NameOf(admitted.Network));
                break;
            case NodeEvent.Removed removed:
                _logger.Removed(removed.Name);
                break;
            case NodeEvent.TcpWanted or NodeEvent.TcpProven or NodeEvent.TcpDone:
                _parts.Tcp!.Obey(nodeEvent);
                break;
            case NodeEvent.StunServersWanted:
                _parts.Stun!.Resolve();
                break;
            case NodeEvent.TrackerAddressesWanted wanted:
                _parts.Trackers!.LookUp(wanted.Url);
                break;
            case NodeEvent.TrackerHttpWanted wanted:
                _parts.Trackers!.Get(wanted.Operation, wanted.Url, wanted.IsV6);
                break;
            case NodeEvent.DhtItemFound or NodeEvent.DhtPeersFound or NodeEvent.DhtEnded:
                HandleDhtEvent(nodeEvent);
                break;
            case NodeEvent.DnsWanted wanted:
                _parts.DnsRecords!.LookUp(wanted.Name);
                break;
            case NodeEvent.NuisanceSeen seen:
                _logger.NuisanceSeen(NameOf(seen.What.Node), NuisanceWords.Of(seen.What));
                break;
            case NodeEvent.StoreFailed failed:
                TellStoreFailed(failed.Result);
                break;
            case NodeEvent.Repaired repaired:
                _logger.Repaired(NameOf(repaired.Network));
                break;
            default:
                break;
        }
    }

    private void CompleteJoin(long operation, NodeEvent end)
    {
        if (_joins.Remove(operation, out TaskCompletionSource<NodeEvent>? waiting))
        {
            waiting.TrySetResult(end);
        }
    }

    private string NameOf(NetworkId id) => _parts.Core!.Networks.FirstOrDefault(log => log.Id == id)?.State.Name ?? id.ToString()[..8];

    private string NameOf(NodeId id) => NameOf(_parts.Core!, id);
}
