using System.Globalization;

namespace Kith.Lab.Harness;

/// <summary>How thorough this run is.</summary>
internal static class LabSettings
{
    /// <summary>The row of scenarios that spend their time waiting; it runs beside those that keep the cores busy.</summary>
    public const string Patient = "patient";

    /// <summary>A second such row: members that meet through strangers (DHT, trackers, DNS), and links that are gone for long.</summary>
    public const string Distant = "distant";

    /// <summary>True after `./test --quick`.</summary>
    public static bool IsQuick => Environment.GetEnvironmentVariable("KITH_TEST_QUICK") == "1";

    /// <summary>True after `./test --long`.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("KITH_TEST_LONG") == "1";

    /// <summary>How often a scenario tries what could come out differently: as often as KITH_LAB_TRIES says, else the number given.</summary>
    public static int Tries(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("KITH_LAB_TRIES"), CultureInfo.InvariantCulture, out int tries) ? tries : otherwise;

    /// <summary>The number of repetitions for this run.</summary>
    public static int Repetitions(int thorough, int quick) => IsQuick ? quick : thorough;
}
