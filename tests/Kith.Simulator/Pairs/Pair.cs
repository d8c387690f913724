using Kith.Simulator.Net;

namespace Kith.Simulator.Pairs;

/// <summary>Two members that have something to say to each other.</summary>
internal sealed class Pair(SimMachine a, Site siteA, SimMachine b, Site siteB)
{
    /// <summary>One.</summary>
    public SimMachine A { get; } = a;

    /// <summary>Where it is.</summary>
    public Site SiteA { get; set; } = siteA;

    /// <summary>The other.</summary>
    public SimMachine B { get; } = b;

    /// <summary>Where that is.</summary>
    public Site SiteB { get; set; } = siteB;

    /// <summary>
    /// Whether their translators leave a direct path that can be found: over IPv6; where both ports are known or can be foreseen; where one is unknown and the
    /// other side is the same for all, by trying many. Not where one is unknown and the other changes too.
    /// </summary>
    public bool CanBeDirect => (SiteA.HasV6 && SiteB.HasV6)
        || (SiteA.HasV4 && SiteB.HasV4 && (SiteA.IsEasy || SiteB.IsEasy || !(SiteA.IsRandom || SiteB.IsRandom)));

    /// <summary>Whether the direct path has to be looked for by trying many ports.</summary>
    public bool NeedsSearch => CanBeDirect && !(SiteA.HasV6 && SiteB.HasV6)
        && ((SiteA.IsRandom && !SiteB.AcceptsOtherPorts) || (SiteB.IsRandom && !SiteA.AcceptsOtherPorts));

    /// <summary>Whether the direct path goes to a port that has to be foreseen.</summary>
    public bool NeedsForesight => CanBeDirect && !NeedsSearch && !(SiteA.HasV6 && SiteB.HasV6)
        && ((SiteA.Kind == SiteKind.Stepping && !SiteB.AcceptsOtherPorts) || (SiteB.Kind == SiteKind.Stepping && !SiteA.AcceptsOtherPorts));

    /// <summary>Whether the statistics have it as direct.</summary>
    public bool DirectNoted { get; set; }

    /// <summary>When the last packet of A came to B.</summary>
    public TimeSpan HeardByB { get; set; } = TimeSpan.FromSeconds(-1);

    /// <summary>When the last packet of B came to A.</summary>
    public TimeSpan HeardByA { get; set; } = TimeSpan.FromSeconds(-1);

    /// <summary>The longest time between two packets that came to A since it was last set to zero.</summary>
    public TimeSpan GapAtA { get; set; }

    /// <summary>Likewise to B.</summary>
    public TimeSpan GapAtB { get; set; }

    /// <summary>Whether packets go both ways since a time.</summary>
    public bool CarriesSince(TimeSpan time) => HeardByA >= time && HeardByB >= time;

    /// <inheritdoc/>
    public override string ToString() => $"{A} ({SiteA}) with {B} ({SiteB})";
}
