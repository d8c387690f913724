using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Discovery;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using PathKind = Kith.Node.Control.PathKind;
using PathStatus = Kith.Node.Control.PathStatus;

namespace Kith.Node.Explaining;

/// <summary>Each way to a device: what was tried and what came back.</summary>
internal static class WhyCandidates
{
    private static readonly (CandidateSource Source, string Text)[] s_sources =
    [
        (CandidateSource.Lan, "heard on the local network"),
        (CandidateSource.Static, "given with --peer"),
        (CandidateSource.Whereabouts, "stated by the device"),
        (CandidateSource.Invite, "in the invite"),
        (CandidateSource.CallMe, "in the device's call"),
        (CandidateSource.Packet, "its packets come from there"),
        (CandidateSource.Relay, "a member passes packets on"),
        (CandidateSource.Tcp, "a TCP connection is open"),
        (CandidateSource.Tracker, "named by a tracker"),
    ];

    /// <summary>All of them, the one used first.</summary>
    public static IReadOnlyList<WhyCandidate> Of(WhySubject subject)
    {
        InternetEndpoint? current = subject.Peer.Description.Path?.Endpoint;
        return [.. subject.Peer.Paths
            .OrderByDescending(path => path.Endpoint == current)
            .ThenByDescending(path => path.Status == Protocol.Paths.PathStatus.Working)
            .ThenBy(path => path.Kind)
            .ThenBy(path => path.Endpoint.Address)
            .Select(path => Describe(subject, path, path.Endpoint == current))];
    }

    /// <summary>A kind as users know it.</summary>
    public static PathKind ToKind(Protocol.Paths.PathKind kind) => kind switch
    {
        Protocol.Paths.PathKind.None => PathKind.None,
        Protocol.Paths.PathKind.Self => PathKind.Self,
        Protocol.Paths.PathKind.Lan => PathKind.Lan,
        Protocol.Paths.PathKind.Relay => PathKind.Relay,
        Protocol.Paths.PathKind.Mesh => PathKind.Mesh,
        Protocol.Paths.PathKind.Tcp => PathKind.Tcp,
        _ => PathKind.Direct,
    };

    private static WhyCandidate Describe(WhySubject subject, PathState path, bool isCurrent)
    {
        PathEvidence seen = path.Evidence;
        PathStatus status = new(
            ToKind(path.Kind),
            PathAddress.IsSpecial(path.Endpoint) ? null : path.Endpoint.ToString(),
            subject.NameOfHop(path.Endpoint),
            path.Rtt?.TotalMilliseconds is { } rtt ? Math.Round(rtt, 3) : null,
            path.Mtu);
        return new WhyCandidate(
            status,
            Sources(subject, path),
            isCurrent ? "used" : path.Status switch
            {
                Protocol.Paths.PathStatus.Working => "working",
                Protocol.Paths.PathStatus.Probing => "asking",
                Protocol.Paths.PathStatus.Failed => "failed",
                _ => "untried",
            },
            seen.PingsSent,
            seen.Answers,
            Math.Round(path.Loss * 100, 1),
            subject.ToTime(seen.LastAnswered),
            Text(subject, path));
    }

    private static List<string> Sources(WhySubject subject, PathState path)
    {
        List<string> sources = [.. s_sources.Where(source => path.IsFrom(source.Source)).Select(source => source.Text)];
        string? stated = subject.Peer.Record?.Candidates.FirstOrDefault(candidate => candidate.Endpoint == path.Endpoint && candidate.Kind != CandidateKind.Unknown) is { Kind: not CandidateKind.Unknown } candidate
            ? candidate.Kind switch
            {
                CandidateKind.Lan => "its own address",
                CandidateKind.GlobalV6 => "its own IPv6 address",
                CandidateKind.Mapped => "a port mapped by its router",
                CandidateKind.Observed => "where others see it",
                _ => null,
            }
            : null;
        if (stated is not null)
        {
            sources.Add(stated);
        }

        return sources;
    }

    private static string Text(WhySubject subject, PathState path)
    {
        PathEvidence seen = path.Evidence;
        if (seen.PingsSent == 0)
        {
            return subject.Peer.HasSession ? "not tried yet" : "only handshakes were sent there; none was answered yet";
        }

        string trick = seen.Trick switch
        {
            PathTrick.Opened => "; opened by sending at the same time",
            PathTrick.Predicted => "; its port was foretold",
            PathTrick.Birthday => "; found by trying many ports",
            _ => string.Empty,
        };
        return string.Create(CultureInfo.InvariantCulture, $"{seen.PingsSent} pings sent, {seen.Answers} answered{Ending(path)}{trick}");
    }

    private static string Ending(PathState path) => path.Status switch
    {
        Protocol.Paths.PathStatus.Failed => path.Evidence.LastFailure == PathFailure.FellSilent ? "; it fell silent" : "; nothing came back",
        Protocol.Paths.PathStatus.Probing => "; being asked now",
        _ => string.Empty,
    };
}
