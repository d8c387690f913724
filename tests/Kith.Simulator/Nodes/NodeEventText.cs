using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Simulator.Nodes;

/// <summary>Events in one short line.</summary>
internal static class NodeEventText
{
    public static string Describe(NodeEvent nodeEvent) => nodeEvent switch
    {
        NodeEvent.MemberOnline online => $"{Short(online.Node)} {(online.Online ? "online" : "offline")}",
        NodeEvent.PathChanged path => $"{Short(path.Node)} path {path.Endpoint?.ToString() ?? "none"}",
        NodeEvent.Joined joined => $"joined ({joined.Operation})",
        NodeEvent.JoinFailed failed => $"join failed ({failed.Operation}): {failed.Failure} {failed.Refusal}",
        NodeEvent.Admitted admitted => $"admitted {admitted.Name}",
        NodeEvent.Removed removed => $"removed from {removed.Name}",
        NodeEvent.StoreFailed failed => $"store failed: {failed.Result.Message}",
        NodeEvent.PingAnswered ping => $"ping {ping.Ping} answered",
        _ => nodeEvent.GetType().Name,
    };

    private static string Short(NodeId node) => node.ToString()[..6];
}
