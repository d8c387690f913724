namespace Kith.Library.Harness;

/// <summary>Figures that a test measured; ./test prints them under its part.</summary>
internal static class Report
{
    public static void Measured(FormattableString what) => Console.WriteLine($"measured: {FormattableString.Invariant(what)}");
}
