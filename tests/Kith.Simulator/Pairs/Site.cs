using Kith.Simulator.Net;

namespace Kith.Simulator.Pairs;

/// <summary>A place: its segment, and the translators in front of it, the innermost first.</summary>
internal sealed record Site(SiteKind Kind, SimSegment Segment, IReadOnlyList<SimNat> Nats)
{
    private static readonly int[] s_steps = [1, 1, 1, 2, 4];

    /// <summary>Whether it has IPv6.</summary>
    public bool HasV6 => Kind is SiteKind.Open or SiteKind.SymmetricWithV6 or SiteKind.V6Only;

    /// <summary>Whether it has IPv4.</summary>
    public bool HasV4 => Kind != SiteKind.V6Only;

    /// <summary>Whether its outside port depends on the destination in no way that can be foreseen.</summary>
    public bool IsRandom => Kind is SiteKind.AddressDependent or SiteKind.Symmetric or SiteKind.HardCarrier or SiteKind.SymmetricWithV6;

    /// <summary>Whether its outside port is the same for all.</summary>
    public bool IsEasy => Kind is SiteKind.Open or SiteKind.FullCone or SiteKind.AddressRestricted or SiteKind.PortRestricted or SiteKind.EasyCarrier;

    /// <summary>Whether who was sent to may answer from another port.</summary>
    public bool AcceptsOtherPorts => Kind is SiteKind.Open or SiteKind.FullCone or SiteKind.AddressRestricted;

    /// <summary>Builds a place of a kind. What the kind leaves open (a mapping's life, steps, hairpins, the line) is drawn.</summary>
    public static Site Build(SimNetwork network, SiteKind kind, SeededRandom random)
    {
        SimSegment street = network.AddPublicSegment();
        SimSegment segment = kind switch
        {
            SiteKind.Open => street,
            SiteKind.EasyCarrier or SiteKind.HardCarrier => network.AddSegmentBehind(
                network.AddSegmentBehind(street, 9, Vary(kind == SiteKind.EasyCarrier ? SimNatBehaviour.PortRestricted : SimNatBehaviour.Symmetric, random), v4Network: (100, 64)),
                7,
                Vary(SimNatBehaviour.PortRestricted, random)),
            SiteKind.V6Only => network.AddV6SegmentBehind(street, 9, Vary(SimNatBehaviour.PortRestricted, random)),
            _ => network.AddSegmentBehind(street, 9, Vary(BehaviourOf(kind), random), hasV6: kind == SiteKind.SymmetricWithV6),
        };
        segment.Line = DrawLine(random);
        List<SimNat> nats = [];
        for (SimNat? nat = segment.Gateway; nat is not null; nat = nat.Outside.Gateway)
        {
            nats.Add(nat);
        }

        return new Site(kind, segment, nats);
    }

    /// <summary>A home's line: up to a sixth is lost, so up to three in ten between two homes; up to 150 ms each way; some jitter and reordering.</summary>
    public static LinkConditions DrawLine(SeededRandom random) => new()
    {
        Delay = random.NextSpan(TimeSpan.FromMilliseconds(random.Happens(0.2) ? 150 : 30)),
        Jitter = random.NextSpan(TimeSpan.FromMilliseconds(10)),
        LossShare = random.Happens(0.5) ? 0.16 * random.NextShare() : 0,
        DuplicateShare = random.Happens(0.2) ? 0.02 : 0,
        ReorderShare = random.Happens(0.3) ? 0.05 : 0,
    };

    /// <inheritdoc/>
    public override string ToString() => Kind.ToString();

    private static SimNatBehaviour BehaviourOf(SiteKind kind) => kind switch
    {
        SiteKind.FullCone => SimNatBehaviour.FullCone,
        SiteKind.AddressRestricted => SimNatBehaviour.AddressRestricted,
        SiteKind.PortRestricted => SimNatBehaviour.PortRestricted,
        SiteKind.AddressDependent => SimNatBehaviour.AddressDependent,
        SiteKind.Stepping => SimNatBehaviour.Stepping,
        _ => SimNatBehaviour.Symmetric,
    };

    private static SimNatBehaviour Vary(SimNatBehaviour behaviour, SeededRandom random) => behaviour with
    {
        MappingLife = TimeSpan.FromSeconds(random.Happens(0.3) ? 30 : 60 + random.NextBelow(240)),
        InboundRefreshes = random.Happens(0.7),
        Hairpins = random.Happens(0.3),
        PortStep = s_steps[random.NextBelow(s_steps.Length)],
        Ports = behaviour.Ports == SimNatPorts.Preserving && random.Happens(0.3) ? SimNatPorts.Random : behaviour.Ports,
    };
}
