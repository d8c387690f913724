namespace Kith.Mutants.Bugs;

/// <summary>Finding each other: the DHT, and where members say they are.</summary>
internal static class DiscoveryBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "token-for-ever",
            "Whoever once had an address writes into the DHT in its name for ever",
            "src/Kith.Protocol/Discovery/Dht/Storage/TokenSource.cs", "now >= _renewAt", "false",
            "RoutingTableTests.tokens_hold_for_their_address_and_ten_minutes"),
        new(
            "older-item-replaces-newer",
            "Whoever recorded where a device was last week makes the DHT say so again",
            "src/Kith.Protocol/Discovery/Dht/Storage/ItemStore.cs", "item.Sequence < stored.Sequence", "false",
            "RoutingTableTests.compare_and_swap_holds"),
        new(
            "older-whereabouts-replace-newer",
            "A member that was away tells everybody where others were, and they are looked for there",
            "src/Kith.Protocol/Discovery/WhereaboutsCache.cs", "known.Sequence >= whereabouts.Sequence", "false",
            "WhereaboutsCacheTests.newer_replaces_older_and_never_the_other_way"),
    ];
}
