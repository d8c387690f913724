using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.Node;

/// <content>The node as a library: options, pictures of its networks, events.</content>
public sealed partial class KithNode
{
    private readonly EventHub _hub = new();
    private readonly Queue<(NetworkId Network, NodeId Node)> _admitted = new();
    private volatile NetworkView _view = NetworkView.Empty;
    private int _viewVersion = -1;
    private bool _viewIsDue;

    /// <summary>The UDP port that the tunnel uses on this machine.</summary>
    public int Port => _fastPath.Port;

    /// <summary>The networks this node is in, by name, with their members: as they were when anything last changed. Free to call often.</summary>
    public IReadOnlyList<KithNetwork> Networks => _view.Networks;

    /// <summary>The members of all networks, this node among them, once for each network. Free to call often.</summary>
    public IReadOnlyList<KithMember> Members => _view.Members;

    /// <summary>
    /// What happens from now on: <c>await foreach (KithEvent news in node.Events)</c>, with <c>WithCancellation</c> where it shall end before the node. Each
    /// enumeration listens for itself from the moment it is begun; at most 1,024 events wait for it, then the oldest are dropped and
    /// <see cref="KithEvent.Missed"/> says how many. Ends when the node is stopped. At most 256 listen at once.
    /// </summary>
    public IAsyncEnumerable<KithEvent> Events => _hub;

    /// <summary>
    /// Starts a node: state loaded, sockets open, in its networks, joined if there is an invite. The first start without an invite creates a network. Dispose it to stop it.
    /// </summary>
    /// <param name="options">How.</param>
    /// <param name="loggers">Where it logs. Default: nowhere.</param>
    /// <param name="cancellationToken">Gives up; nothing of the node is left behind.</param>
    /// <exception cref="ControlException">It cannot start; nothing of it is left behind.</exception>
    public static Task<KithNode> StartAsync(KithNodeOptions options, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return StartAsync(options.ToStartOptions(), loggers ?? NullLoggerFactory.Instance, cancellationToken);
    }

    // On the loop. Events come in bursts: the picture is taken once after each.
    private void NoteNews(NodeEvent nodeEvent)
    {
        if (nodeEvent is NodeEvent.Admitted admitted)
        {
            _admitted.Enqueue((admitted.Network, admitted.Node));
        }

        if (!_viewIsDue && nodeEvent is NodeEvent.AddressingChanged or NodeEvent.MemberOnline or NodeEvent.PathChanged or NodeEvent.Admitted or NodeEvent.Removed)
        {
            _viewIsDue = true;
            _parts.Inbox.PostWork(_ => RefreshView(_parts.Core!));
        }
    }

    // On the loop.
    private void RefreshView(NodeCore core)
    {
        _viewIsDue = false;
        _viewVersion = core.SnapshotVersion;
        BookTraffic(core.Measure());
        NetworkView before = _view;
        NetworkView view = NetworkView.Of(core, id => Describe(core, core.DescribePeer(id)));
        _view = view;
        foreach (KithEvent news in view.Since(before))
        {
            _hub.Publish(news);
        }

        while (_admitted.TryDequeue(out (NetworkId Network, NodeId Node) newcomer))
        {
            if (view.Members.FirstOrDefault(member => member.Network == newcomer.Network && member.Id == newcomer.Node) is { } member)
            {
                _hub.Publish(new KithEvent.Admitted(member));
            }
        }
    }

    // Whoever changed something sees it in the next picture.
    private Func<NodeCore, ClockReading, T> ThenRefresh<T>(Func<NodeCore, ClockReading, T> function) => (core, now) =>
    {
        T result = function(core, now);
        if (_viewVersion != core.SnapshotVersion)
        {
            RefreshView(core);
        }

        return result;
    };
}
