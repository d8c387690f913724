using System.Globalization;

namespace Kith.Lab.Harness;

/// <summary>Numbers that a scenario measured on its way: ./test shows them, and nothing depends on them.</summary>
internal static class LabReport
{
    /// <summary>Prints one line.</summary>
    public static void Measured(FormattableString line) => Console.WriteLine($"measured: {line.ToString(CultureInfo.InvariantCulture)}");
}
