using Kith.Mutants.Bugs;

namespace Kith.Mutants;

/// <summary>All planted bugs.</summary>
internal static class BugList
{
    /// <summary>So many may survive.</summary>
    private const int SurvivorsMax = 2;

    /// <summary>All, in the order of the folders.</summary>
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        .. TunnelBugs.All,
        .. MembershipBugs.All,
        .. PathBugs.All,
        .. NetstackBugs.All,
        .. DiscoveryBugs.All,
        .. NodeBugs.All,
        .. AppBugs.All,
    ];

    /// <summary>How many of so many must be caught: of thirty 28.</summary>
    public static int BarFor(int count) => Math.Max(count <= SurvivorsMax ? count : 1, count - SurvivorsMax);
}
