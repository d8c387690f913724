using System.Globalization;
using Kith.Simulator.Net;

namespace Kith.Simulator.Swarm;

/// <summary>The faults of one world and how strong they are. Each is drawn from a generator of its own, so that leaving one out changes no other.</summary>
internal sealed class SwarmMix
{
    private const double ActiveShare = 0.4;

    private readonly HashSet<SwarmFault> _active = [];

    public SwarmMix(SeededRandom random, IReadOnlySet<SwarmFault> without)
    {
        foreach (SwarmFault fault in Enum.GetValues<SwarmFault>())
        {
            SeededRandom own = random.Fork($"mix {fault}");
            bool isActive = own.Happens(ActiveShare);
            double strength = own.NextShare();
            if (isActive && !without.Contains(fault))
            {
                _active.Add(fault);
                Set(fault, strength);
            }
        }
    }

    /// <summary>The share lost on the worst ways.</summary>
    public double LossShare { get; private set; }

    /// <summary>The share that arrives twice on the worst ways.</summary>
    public double DuplicateShare { get; private set; }

    /// <summary>The time taken on the longest ways.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>How much that varies.</summary>
    public TimeSpan Jitter { get; private set; }

    /// <summary>The share held back.</summary>
    public double ReorderShare { get; private set; }

    /// <summary>The share changed.</summary>
    public double CorruptShare { get; private set; }

    /// <summary>The share of disk operations that fail while a disk is bad.</summary>
    public double DiskErrorShare { get; private set; }

    /// <summary>How much faster than it should a clock may run.</summary>
    public double DriftShare { get; private set; }

    /// <summary>The faults.</summary>
    public IEnumerable<SwarmFault> Active => Enum.GetValues<SwarmFault>().Where(_active.Contains);

    /// <summary>Whether a fault is there.</summary>
    public bool Has(SwarmFault fault) => _active.Contains(fault);

    /// <summary>Draws one way: some are good, some have some of it.</summary>
    public LinkConditions DrawWay(SeededRandom random)
    {
        double Part(double most) => random.Happens(0.7) ? most * random.NextShare() : 0;
        return SimWeather.Fair with
        {
            LossShare = Part(LossShare),
            DuplicateShare = Part(DuplicateShare),
            Delay = Delay * Part(1),
            Jitter = Jitter * Part(1),
            ReorderShare = Part(ReorderShare),
            ReorderDelay = TimeSpan.FromSeconds(0.5),
            CorruptShare = Part(CorruptShare),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => _active.Count == 0 ? "nothing" : string.Join(", ", Active.Select(Describe));

    private string Describe(SwarmFault fault) => fault switch
    {
        SwarmFault.Loss => Say(fault, LossShare),
        SwarmFault.Duplication => Say(fault, DuplicateShare),
        SwarmFault.Delay => string.Create(CultureInfo.InvariantCulture, $"Delay {Delay.TotalMilliseconds:F0} ms"),
        SwarmFault.Jitter => string.Create(CultureInfo.InvariantCulture, $"Jitter {Jitter.TotalMilliseconds:F0} ms"),
        SwarmFault.Reordering => Say(fault, ReorderShare),
        SwarmFault.Corruption => Say(fault, CorruptShare),
        SwarmFault.DiskErrors => Say(fault, DiskErrorShare),
        SwarmFault.Drift => Say(fault, DriftShare),
        _ => fault.ToString(),
    };

    private static string Say(SwarmFault fault, double share) => string.Create(CultureInfo.InvariantCulture, $"{fault} {100 * share:F1} %");

    private void Set(SwarmFault fault, double strength)
    {
        LossShare = fault == SwarmFault.Loss ? 0.3 * strength : LossShare;
        DuplicateShare = fault == SwarmFault.Duplication ? 0.5 * strength : DuplicateShare;
        Delay = fault == SwarmFault.Delay ? TimeSpan.FromSeconds(strength) : Delay;
        Jitter = fault == SwarmFault.Jitter ? TimeSpan.FromSeconds(0.2 * strength) : Jitter;
        ReorderShare = fault == SwarmFault.Reordering ? 0.4 * strength : ReorderShare;
        CorruptShare = fault == SwarmFault.Corruption ? 0.1 * strength : CorruptShare;
        DiskErrorShare = fault == SwarmFault.DiskErrors ? 0.05 + (0.45 * strength) : DiskErrorShare;
        DriftShare = fault == SwarmFault.Drift ? 0.1 * strength : DriftShare;
    }
}
