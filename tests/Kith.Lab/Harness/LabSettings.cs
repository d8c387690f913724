namespace Kith.Lab.Harness;

/// <summary>How thorough this run is.</summary>
internal static class LabSettings
{
    /// <summary>True after `./test --quick`.</summary>
    public static bool IsQuick => Environment.GetEnvironmentVariable("KITH_TEST_QUICK") == "1";

    /// <summary>The number of repetitions for this run.</summary>
    public static int Repetitions(int thorough, int quick) => IsQuick ? quick : thorough;
}
