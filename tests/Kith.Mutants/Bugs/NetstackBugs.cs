namespace Kith.Mutants.Bugs;

/// <summary>TCP in user space.</summary>
internal static class NetstackBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "sequence-numbers-do-not-wrap",
            "A stream breaks after at most four gigabytes",
            "src/Kith.Protocol/Netstack/Tcp/SequenceNumber.cs", "(int)(wire - (uint)reference)", "(long)wire - (uint)reference",
            "TcpWindowTests.segment_out_of_order_is_reported_at_once_and_the_newest_first"),
        new(
            "lost-end-not-repeated",
            "Where the end of a stream is lost on the way, the other side waits for ever",
            "src/Kith.Protocol/Netstack/Tcp/TcpConnection.Output.cs", "flags |= TcpFlags.Fin;", "flags |= start == _sendNext ? TcpFlags.Fin : 0;",
            "TcpStreamTests.stream_arrives_equal_over_random_bad_links"),
        new(
            "timeout-not-doubled",
            "A stream over a dead link sends as fast as ever, and helps to keep a crowded one crowded",
            "src/Kith.Protocol/Netstack/Tcp/RttEstimator.cs", "Timeout << Math.Min(doublings, 12)", "Timeout",
            "TcpLossTests.unacknowledged_data_is_repeated_with_doubling_gaps_until_the_user_timeout"),
        new(
            "sack-one-byte-too-far",
            "A stream says it has a byte that it has not: what is lost there is not sent again for seconds",
            "src/Kith.Protocol/Netstack/Tcp/ReceivedRanges.cs", "(uint)_ranges[index].End", "(uint)_ranges[index].End + 1",
            "TcpWindowTests.segment_out_of_order_is_reported_at_once_and_the_newest_first") { Gap = "the test looked at where blocks begin and not at where they end" },
        new(
            "start-never-ends",
            "A stream never takes the link for full: it sends nearly three times what fits, and fills every queue on the way",
            "src/Kith.Protocol/Netstack/Tcp/BbrControl.cs", "++_fullRounds >= RoundsWithoutGrowthMax", "false",
            "BbrTests.a_queue_that_would_hold_seconds_is_left_empty") { Gap = "no test had a queue deep enough to be filled without a loss" },
        new(
            "window-overrun",
            "A peer that sends more than it was allowed to makes this side keep it all",
            "src/Kith.Protocol/Netstack/Tcp/TcpConnection.Data.cs", "room < payload.Length", "false",
            "TcpAttackTests.data_beyond_the_window_is_cut_off"),
        new(
            "half-open-unbounded",
            "Whoever sends openings and nothing more makes a node keep one connection for each",
            "src/Kith.Protocol/Netstack/NetworkStack.Tcp.cs", "_halfOpen.Count >= Options.HalfOpenMax", "false",
            "StackLimitTests.half_open_connections_push_out_the_oldest"),
    ];
}
