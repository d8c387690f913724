using System.Globalization;

namespace Kith.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Only targets whose name contains this.</summary>
    public string Target { get; init; } = "";

    /// <summary>Inputs per target.</summary>
    public long Inputs { get; init; } = Environment.GetEnvironmentVariable("KITH_TEST_QUICK") != "1" ? 1_000_000 : 50_000;

    /// <summary>Where randomness begins; the default is fixed so that a run in CI can be repeated.</summary>
    public ulong Seed { get; init; } = 5484;

    /// <summary>Threads, at most two.</summary>
    public int Threads { get; init; } = Math.Min(2, Environment.ProcessorCount);

    /// <summary>Only this one input.</summary>
    public byte[]? Input { get; init; }

    /// <summary>Only print the targets' names.</summary>
    public bool List { get; init; }

    /// <summary>Reads the command line; null and a complaint if it makes no sense.</summary>
    public static FuzzOptions? TryParse(string[] arguments, out string complaint)
    {
        FuzzOptions options = new();
        complaint = "";
        for (int i = 0; i < arguments.Length; i++)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            FuzzOptions? next = arguments[i] switch
            {
                "--list" => options with { List = true },
                "--target" when value.Length > 0 => options with { Target = value },
                "--inputs" when long.TryParse(value, CultureInfo.InvariantCulture, out long inputs) && inputs > 0 => options with { Inputs = inputs },
                "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong seed) => options with { Seed = seed },
                "--threads" when int.TryParse(value, CultureInfo.InvariantCulture, out int threads) && threads is 1 or 2 => options with { Threads = threads },
                "--hex" when value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit) => options with { Input = Convert.FromHexString(value) },
                ['-', ..] => null,
                _ => options with { Target = arguments[i].Trim('*') },
            };
            if (next is null)
            {
                complaint = $"'{arguments[i]} {value}' is not understood. Usage: Kith.Fuzz [[--target] NAME] [--inputs N] [--seed S] [--threads 1|2] [--hex INPUT] [--list]";
                return null;
            }

            options = next;
            i += arguments[i] != "--list" && arguments[i].StartsWith('-') ? 1 : 0;
        }

        return options;
    }
}
