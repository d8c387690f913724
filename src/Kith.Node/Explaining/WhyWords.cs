using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Paths.Punching;
using PathKind = Kith.Protocol.Paths.PathKind;
using PathStatus = Kith.Node.Control.PathStatus;

namespace Kith.Node.Explaining;

/// <summary>Why a device is reached as it is, and what would help: a pure function of what the core knows.</summary>
internal static class WhyWords
{
    /// <summary>The whole explanation.</summary>
    public static WhyReport Explain(WhySubject subject)
    {
        IReadOnlyList<WhyCandidate> candidates = WhyCandidates.Of(subject);
        PathStatus path = candidates.Count > 0 && candidates[0].State == "used" ? candidates[0].Path : PathStatus.None;
        return new WhyReport(
            subject.Device,
            subject.Peer.Description.Online,
            subject.ToTime(subject.Peer.Description.LastSeen),
            path,
            NatWords.Describe(subject.Own),
            new NatStatus(NatWords.Name(subject.PeerClass), NatWords.Of(subject.PeerClass), subject.Peer.Punching?.PeerOutside?.ToString()),
            candidates,
            Attempts(subject.Peer.Punching),
            Reason(subject),
            Advice(subject))
        {
            Sources = SourceWords.Of(subject),
        };
    }

    /// <summary>What was done to open a direct way.</summary>
    private static string? Attempts(PunchReport? report) => report is not { Rounds: > 0 } ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Rounds} {(report.Rounds == 1 ? "round" : "rounds")} of sending at the same time; {Phase(report)}{(report.PingsAtGuessedPorts > 0 ? $"; {report.PingsAtGuessedPorts} pings at guessed ports" : string.Empty)}");

    private static string Phase(PunchReport report) => report switch
    {
        { Phase: PunchPhase.Calling or PunchPhase.Probing } => "one is under way",
        { Phase: PunchPhase.Birthday } => "many ports are being tried now",
        { Outcome: PunchOutcome.Direct } => "the last one opened a direct way",
        { Outcome: PunchOutcome.NotAnswered } => "the device did not answer the last call",
        { Outcome: PunchOutcome.AddressNotProven } => "ports were not guessed, because no other member confirmed the device's address",
        { Outcome: PunchOutcome.OutOfBudget } => "the last one had to wait for another device's turn",
        { Outcome: PunchOutcome.NothingCameThrough } => "nothing came through in the last one",
        _ => "none has ended yet",
    };

    private static string Reason(WhySubject subject) => subject.Peer.Description.Path?.Kind switch
    {
        PathKind.Lan => "Both devices are in the same local network or reach each other's private addresses; nothing is faster.",
        PathKind.Direct => "Packets go straight from device to device.",
        PathKind.Relay or PathKind.Mesh => $"Members pass the packets on, because no direct way works: {Obstacle(subject)}.",
        PathKind.Tcp => subject.Own.Class == NatClass.Blocked || subject.PeerClass == NatClass.Blocked
            ? $"TCP carries the packets, because UDP does not pass on {(subject.Own.Class == NatClass.Blocked ? "this" : "that")} side and no member passes them on."
            : "TCP carries the packets, because no way by UDP works.",
        _ => subject.Peer.Paths.Count == 0
            ? "Nothing is known of where the device may be."
            : subject.Peer.Description.LastSeen is null
                ? "The device has not answered since this node started, at none of the places below."
                : "The device answered once, but does not any more: it is switched off, or its network is gone.",
    };

    private static string Obstacle(WhySubject subject)
    {
        if (subject.Own.Class == NatClass.Blocked || subject.PeerClass == NatClass.Blocked)
        {
            return $"UDP does not pass on {(subject.Own.Class == NatClass.Blocked ? "this" : "that")} side";
        }

        if (IsHard(subject.Own.Class) && IsHard(subject.PeerClass))
        {
            return "both sides have translators with random ports, which nobody can open";
        }

        if (IsHard(subject.Own.Class) || IsHard(subject.PeerClass))
        {
            return $"{(IsHard(subject.Own.Class) ? "this" : "that")} side has a translator with random ports, and none was hit yet";
        }

        return subject.Peer.Punching is { Phase: PunchPhase.Calling or PunchPhase.Probing }
            ? "one is being opened at this moment"
            : "a firewall or translator on one of the sides lets nothing in";
    }

    private static List<string> Advice(WhySubject subject)
    {
        List<string> advice = [];
        switch (subject.Peer.Description.Path?.Kind)
        {
            case PathKind.Lan or PathKind.Direct:
                break;
            case PathKind.Relay or PathKind.Mesh:
                advice.Add("To get a direct way, on one of the two sides: switch on UPnP, NAT-PMP or PCP in the router, or forward Kith's UDP port by hand, or use IPv6.");
                break;
            case PathKind.Tcp:
                advice.Add("To get a faster way: allow UDP in the firewall of that network, or let a member that both reach stay up.");
                break;
            default:
                advice.Add("Check there that the device is on, has a network and runs Kith: kith doctor");
                advice.Add("A member that both sides reach would pass packets on; kith members shows who is up.");
                break;
        }

        if (subject.Own.DoubleNat == true && subject.Peer.Description.Path?.Kind is not (PathKind.Lan or PathKind.Direct))
        {
            advice.Add("This device is behind two translators: open the port in the second router too, or make one of them a bridge.");
        }

        return advice;
    }

    private static bool IsHard(NatClass nat) => nat is NatClass.Hard or NatClass.AddressDependent;
}
