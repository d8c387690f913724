using System.Globalization;
using Kith.Simulator.Checks;
using Kith.Simulator.Swarm;

namespace Kith.Simulator;

/// <summary>What the command line asks for.</summary>
internal sealed record SimOptions
{
    /// <summary>What the command line can be.</summary>
    public const string Usage = """
        Usage: Kith.Simulator [CHECK] [--seed N] [--seeds N] [--trace] [--log] [--without FAULT,...] [--shrink] [--list]

          CHECK               only checks with this in their names
          --seed N            one seed, or the first of --seeds
          --seeds N           so many seeds
          --trace             draw the flow of packets
          --log               print every event in a line
          --without LOSS,...  leave faults out of the swarm's mix
          --shrink            find the few faults without which a failing seed does not fail
          --list              the checks' names

        Examples:
          Kith.Simulator swarm --seeds 5
          Kith.Simulator swarm --seed 17 --trace
          Kith.Simulator swarm --seed 17 --shrink
        """;

    private const int SeedsUsual = 5;

    /// <summary>Only checks whose name contains this.</summary>
    public string Check { get; init; } = "";

    /// <summary>The first seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many seeds; null if not said.</summary>
    public int? Seeds { get; init; }

    /// <summary>Whether a seed was named.</summary>
    public bool IsOneSeed { get; init; }

    /// <summary>Draw the flow of packets.</summary>
    public bool Trace { get; init; }

    /// <summary>Print everything that happens, a line each.</summary>
    public bool Log { get; init; }

    /// <summary>Only print the checks' names.</summary>
    public bool List { get; init; }

    /// <summary>Look for the faults that a failure needs.</summary>
    public bool Shrink { get; init; }

    /// <summary>Faults to leave out.</summary>
    public IReadOnlySet<SwarmFault> Without { get; init; } = new HashSet<SwarmFault>();

    /// <summary>Only print the hash of this seed's trace, for another process to compare.</summary>
    public ulong? TraceHash { get; init; }

    /// <summary>The seeds of a check to run: a range, and where none was asked for, those kept.</summary>
    public IEnumerable<ulong> SeedsFor(ISimCheck check)
    {
        int count = Math.Min(Seeds ?? (IsOneSeed ? 1 : CountFor(check)), check.SeedsMax);
        IEnumerable<ulong> range = Enumerable.Range(0, count).Select(i => Seed + (ulong)i);
        return Seeds is null && !IsOneSeed ? range.Union(check.SeedsKept) : range;
    }

    private static int CountFor(ISimCheck check)
    {
        int usual = check.SeedsUsual ?? SeedsUsual;
        return Environment.GetEnvironmentVariable("KITH_TEST_QUICK") == "1" ? check.SeedsQuick ?? (usual == 0 ? 0 : Math.Max(1, usual / SeedsUsual))
            : Environment.GetEnvironmentVariable("KITH_TEST_LONG") == "1" ? check.SeedsLong ?? usual
            : usual;
    }

    /// <summary>Reads the command line; null if it makes no sense.</summary>
    public static SimOptions? TryParse(string[] arguments)
    {
        SimOptions options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool isNumber = ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong number);
            SimOptions? next = arguments[i] switch
            {
                "--trace" => options with { Trace = true },
                "--log" => options with { Log = true },
                "--list" => options with { List = true },
                "--shrink" => options with { Shrink = true },
                "--without" => TryParseFaults(value) is { } faults ? options with { Without = faults } : null,
                "--seed" when isNumber => options with { Seed = number, IsOneSeed = true },
                "--seeds" when isNumber && number is > 0 and <= int.MaxValue => options with { Seeds = (int)number },
                "--trace-hash" when isNumber => options with { TraceHash = number },
                ['-', ..] => null,
                _ => options with { Check = arguments[i].Trim('*') },
            };
            if (next is null)
            {
                return null;
            }

            options = next;
            i += arguments[i] is "--seed" or "--seeds" or "--without" or "--trace-hash" ? 1 : 0;
        }

        return options;
    }

    private static HashSet<SwarmFault>? TryParseFaults(string names)
    {
        HashSet<SwarmFault> faults = [];
        foreach (string name in names.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse(name, ignoreCase: true, out SwarmFault fault) || !Enum.IsDefined(fault))
            {
                return null;
            }

            faults.Add(fault);
        }

        return faults;
    }
}
