using System.Globalization;

namespace Kith.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Inputs per target that everything in <c>./test</c> is meant to get.</summary>
    public const long InputsUsual = 5_000_000;

    /// <summary>Processor seconds that all targets together may take in the short form.</summary>
    public const double SecondsUsual = 400;

    /// <summary>Only targets whose name contains this.</summary>
    public string Target { get; init; } = "";

    /// <summary>Inputs per target; null for the usual number.</summary>
    public long? Inputs { get; init; }

    /// <summary>Processor seconds for all targets together; null for the usual, or none where a number of inputs was asked for.</summary>
    public double? Seconds { get; init; }

    /// <summary>Where randomness begins; the default is fixed so that a run in CI can be repeated.</summary>
    public ulong Seed { get; init; } = 5484;

    /// <summary>Threads, at most two.</summary>
    public int Threads { get; init; } = Math.Min(2, Environment.ProcessorCount);

    /// <summary>Only this one input.</summary>
    public byte[]? Input { get; init; }

    /// <summary>Only the inputs of this file, one after the other.</summary>
    public string Replay { get; init; } = "";

    /// <summary>Where inputs that came to new outcomes are to be kept; empty for nowhere.</summary>
    public string Learn { get; init; } = "";

    /// <summary>Only print the targets' names.</summary>
    public bool List { get; init; }

    /// <summary>Only do what a test of the fuzzer wants to see end badly.</summary>
    public bool ReadsBehind { get; init; }

    /// <summary>Whether the long form was asked for.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("KITH_TEST_LONG") == "1";

    /// <summary>Whether less than the short form was asked for.</summary>
    public static bool IsQuick => Environment.GetEnvironmentVariable("KITH_TEST_QUICK") == "1";

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
                "--planted-over-read" => options with { ReadsBehind = true },
                "--target" when value.Length > 0 => options with { Target = value },
                "--inputs" when long.TryParse(value, CultureInfo.InvariantCulture, out long inputs) && inputs > 0 => options with { Inputs = inputs },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 => options with { Seconds = seconds },
                "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong seed) => options with { Seed = seed },
                "--threads" when int.TryParse(value, CultureInfo.InvariantCulture, out int threads) && threads is 1 or 2 => options with { Threads = threads },
                "--hex" when value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit) => options with { Input = Convert.FromHexString(value) },
                "--replay" when value.Length > 0 => options with { Replay = value },
                "--learn" when value.Length > 0 => options with { Learn = value },
                ['-', ..] => null,
                _ => options with { Target = arguments[i].Trim('*') },
            };
            if (next is null)
            {
                complaint = $"'{arguments[i]} {value}' is not understood. Usage: Kith.Fuzz [[--target] NAME] [--inputs N] [--seconds S] [--seed S] [--threads 1|2] [--hex INPUT] [--replay FILE] [--learn FOLDER] [--list]";
                return null;
            }

            options = next;
            i += arguments[i] is not ("--list" or "--planted-over-read") && arguments[i].StartsWith('-') ? 1 : 0;
        }

        return options;
    }

    /// <summary>How much is to be done: a number that was asked for is done, however long it takes.</summary>
    public Engine.FuzzLimits ToLimits()
    {
        double seconds = Seconds ?? (IsQuick ? 40 : Inputs is not null || IsLong ? double.PositiveInfinity : SecondsUsual);
        return new Engine.FuzzLimits(Inputs ?? (IsQuick ? 100_000 : InputsUsual), seconds, Inputs is null && !IsQuick);
    }
}
