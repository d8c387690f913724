using System.Globalization;
using Kith.Simulator.Checks;

namespace Kith.Simulator;

/// <summary>What the command line asks for.</summary>
internal sealed record SimOptions
{
    /// <summary>What the command line can be.</summary>
    public const string Usage = "Usage: Kith.Simulator [CHECK] [--seed N] [--seeds N] [--trace] [--list]";

    private const int SeedsUsual = 5;

    /// <summary>Only checks whose name contains this.</summary>
    public string Check { get; init; } = "";

    /// <summary>The first seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many seeds; null if not said.</summary>
    public int? Seeds { get; init; }

    /// <summary>The seeds of a check to run: a range, and where none was asked for, those kept.</summary>
    public IEnumerable<ulong> SeedsFor(ISimCheck check)
    {
        IEnumerable<ulong> range = Enumerable.Range(0, CountFor(check)).Select(i => Seed + (ulong)i);
        return Seeds is null ? range.Union(check.SeedsKept) : range;
    }

    private int CountFor(ISimCheck check)
    {
        bool isQuick = Environment.GetEnvironmentVariable("KITH_TEST_QUICK") == "1";
        int all = check.SeedsUsual ?? SeedsUsual;
        int usual = isQuick && all > 0 ? Math.Max(1, all / SeedsUsual) : all;
        return Math.Min(Seeds ?? usual, check.SeedsMax);
    }

    /// <summary>Print everything that happens.</summary>
    public bool Trace { get; init; }

    /// <summary>Only print the checks' names.</summary>
    public bool List { get; init; }

    /// <summary>Only print the hash of this seed's trace, for another process to compare.</summary>
    public ulong? TraceHash { get; init; }

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
                "--list" => options with { List = true },
                "--seed" when isNumber => options with { Seed = number, Seeds = 1 },
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
            i += arguments[i] is "--seed" or "--seeds" or "--trace-hash" ? 1 : 0;
        }

        return options;
    }
}
