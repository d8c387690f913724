namespace Kith.Mutants.Bugs;

/// <summary>Paths, translators, relays.</summary>
internal static class PathBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "dead-path-kept",
            "A path that nobody answers on stays chosen: the device is shown as online, and nothing arrives",
            "src/Kith.Protocol/Paths/PathTable.Probing.cs", "path.Status == PathStatus.Working ? MissesMax : BurstAttempts", "path.Status == PathStatus.Working ? int.MaxValue : BurstAttempts",
            "PathTableTests.peer_that_answers_nowhere_is_offline_and_comes_back_by_itself"),
        new(
            "spray-without-a-witness",
            "A member has others spray thousands of packets at somebody who never asked for it",
            "src/Kith.Protocol/Paths/Punching/Puncher.Witness.cs", "_paths.HasHeardFrom(now, address, PunchTimings.ProofValidity)", "true",
            "PuncherTests.nobody_is_sprayed_at_without_a_witness"),
        new(
            "hops-not-counted",
            "Members whose routes disagree for a moment pass a packet round in a circle",
            "src/Kith.Protocol/Core/NodeCore.Relay.cs", "(byte)(distance - 1)", "relay.HopsLeft",
            "MeshTests.each_member_on_the_way_leaves_one_hop_fewer_and_the_last_none") { Gap = "the test of that name counted frames and did not look at their hops" },
        new(
            "relay-between-networks",
            "Friends of one network reach, through somebody who is in both, devices of another",
            "src/Kith.Protocol/Core/NodeCore.Relay.cs", "!ShareNetwork(from, origin, destination)", "false",
            "RelayRuleTests.member_of_another_network_is_not_relayed_for"),
        new(
            "relay-without-a-rate",
            "Others use up a home's whole upstream through the relay in it",
            "src/Kith.Protocol/Core/NodeCore.Relay.cs", "!_relayBudget.TryTake(now, frame.Length)", "false",
            "RelayRuleTests.what_exceeds_the_rate_is_dropped"),
        new(
            "route-leads-back",
            "A packet is given to a neighbour whose own way leads back here, and is lost",
            "src/Kith.Protocol/Relay/RouteComputation.cs", "label.Cost < own[neighbour].Cost + best", "true",
            "RouteComputationTests.frame_sent_with_the_hops_of_any_alternative_arrives_and_sees_nobody_twice"),
        new(
            "old-links-believed",
            "What a member said of its links an hour ago, heard again, puts out what it says now",
            "src/Kith.Protocol/Relay/LinkTable.cs", "isKnown && known!.Sequence >= report.Sequence", "false",
            "LinkTableTests.older_report_never_replaces_a_newer_one"),
    ];
}
