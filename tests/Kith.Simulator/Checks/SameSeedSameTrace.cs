using System.Diagnostics;

namespace Kith.Simulator.Checks;

/// <summary>
/// One seed gives one trace: twice in this process, and once in another process, where hash codes are seeded differently. Another seed gives another trace.
/// </summary>
internal sealed class SameSeedSameTrace : ISimCheck
{
    public string Name => "same-seed-same-trace";

    public int SeedsMax => 3;

    /// <summary>The trace's hash of a world in which much happens.</summary>
    public static string HashOf(ulong seed)
    {
        using Simulation simulation = new(seed);
        SixteenJoinAndConverge.Build(new Nodes.NodeWorld(simulation));
        return simulation.Trace.Hash;
    }

    public void Run(Simulation simulation)
    {
        string first = HashOf(simulation.Seed);
        string second = HashOf(simulation.Seed);
        string other = HashOf(simulation.Seed + 1);
        string elsewhere = HashInAnotherProcess(simulation.Seed);
        simulation.Note($"traces {first} {second} {elsewhere} {other}");
        SimFailure.Unless(first == second, $"one seed gave the traces {first} and {second}");
        SimFailure.Unless(first == elsewhere, $"one seed gave the trace {first} here and {elsewhere} in another process");
        SimFailure.Unless(first != other, "two seeds gave the same trace");
    }

    private static string HashInAnotherProcess(ulong seed)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["--trace-hash", seed.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Insert(0, typeof(SameSeedSameTrace).Assembly.Location);
        }

        using Process process = Process.Start(start) ?? throw new SimFailure("no other process could be started");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
