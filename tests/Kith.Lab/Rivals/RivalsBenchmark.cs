using System.Globalization;
using System.Text;
using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>
/// Kith next to other programs, in turns, each between two namespaces over veth. No test: run by bench/rivals, which sets where the page goes.
/// </summary>
public sealed class RivalsBenchmark
{
    private static readonly Contender[] All = [new BareCable(), new KithContender(), new WireGuardGo(), new Nebula(), new Tinc(), new Yggdrasil(), new N2n()];

    [Fact(Explicit = true)]
    public async Task kith_next_to_its_rivals()
    {
        int rounds = Setting("RIVALS_ROUNDS", 5);
        int seconds = Setting("RIVALS_SECONDS", 4);
        string page = Environment.GetEnvironmentVariable("RIVALS_PAGE") ?? throw new LabException("RIVALS_PAGE names no file");
        string[] wanted = (Environment.GetEnvironmentVariable("RIVALS_ONLY") ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Contender[] contenders =
        [
            .. All.Where(contender => wanted.Length == 0 || wanted.Contains(contender.Name)).Where(contender => contender.Tools.All(tool => LabMachine.FindTool(tool) is not null)),
        ];

        Dictionary<Contender, List<RivalSample>> samples = contenders.ToDictionary(contender => contender, _ => new List<RivalSample>());
        for (int round = 1; round <= rounds; round++)
        {
            // Every other round backwards, so that what a contender leaves in caches falls on different ones.
            foreach (Contender contender in round % 2 == 1 ? contenders : contenders.Reverse())
            {
                RivalSample sample = await RivalMeter.MeasureAsync(contender, seconds);
                samples[contender].Add(sample);
                LabReport.Measured($"round {round}: {contender.Name}: {sample}");
            }
        }

        Dictionary<Contender, (double Bytes, double Share)> idle = [];
        TimeSpan settle = TimeSpan.FromSeconds(Setting("RIVALS_IDLE", 60));
        foreach ((Contender contender, Task<(double, double)> result) in contenders.Select(one => (one, RivalMeter.IdleAsync(one, settle, settle))).ToArray())
        {
            idle.Add(contender, await result);
        }

        Dictionary<Contender, string> versions = await VersionsAsync(contenders);
        string text = Page(contenders, samples, idle, versions, rounds, seconds, settle);
        await File.WriteAllTextAsync(page, text, TestContext.Current.CancellationToken);
        Console.WriteLine(text);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static async Task<Dictionary<Contender, string>> VersionsAsync(Contender[] contenders)
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost host = lab.AddHost("versions");

        // dpkg keeps its list in /var/lib, of which a host has a copy of its own: ask the machine.
        Dictionary<Contender, string> versions = [];
        foreach (Contender contender in contenders)
        {
            LabResult result = contender.VersionCommand.StartsWith("dpkg", StringComparison.Ordinal)
                ? await LabCommand.RunAsync(["sh", "-c", contender.VersionCommand], contender.VersionCommand)
                : await host.RunAsync(contender.VersionCommand);
            versions.Add(contender, result.Succeeded ? result.Text : "?");
        }

        return versions;
    }

    private static string Page(
        Contender[] contenders,
        Dictionary<Contender, List<RivalSample>> samples,
        Dictionary<Contender, (double Bytes, double Share)> idle,
        Dictionary<Contender, string> versions,
        int rounds,
        int seconds,
        TimeSpan settle)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Kith next to its rivals

            Written by `bench/rivals` on {DateTime.UtcNow:yyyy-MM-dd}: Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {Environment.ProcessorCount} cores ({Processor()}).
            Two network namespaces joined by veth through a bridge, MTU 1,500. {rounds} rounds, all contenders in turns within each, each one started afresh;
            medians of the rounds, the smallest and largest in brackets. One TCP stream (iperf3, {seconds} s after 1 s of warming up); the median of 300 echoes, 10 ms apart;
            64-byte UDP datagrams that arrived per second (iperf3 at full speed). Sender, receiver and both ends of the network share the cores.
            Idle: memory and processor time of one daemon, {settle.TotalSeconds:0} s after start, watched for as long, all contenders at once.

            | | version | TCP over IPv4, Mbit/s | TCP over IPv6, Mbit/s | ping, ms | 64-byte UDP/s | idle memory, MB | idle CPU, % |
            |---|---|---|---|---|---|---|---|

            """);
        foreach (Contender contender in contenders)
        {
            List<RivalSample> own = samples[contender];
            string[] cells =
            [
                contender.Name, versions[contender],
                Cell(own.Select(sample => sample.TcpFour / 1e6), "0"), Cell(own.Select(sample => sample.TcpSix / 1e6), "0"),
                Cell(own.Select(sample => sample.PingMedian), "0.000"), Cell(own.Select(sample => sample.PacketRate), "0"),
                Cell([idle[contender].Bytes / 1e6], "0.0"), Cell([idle[contender].Share * 100], "0.00"),
            ];
            page.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
        }

        page.AppendLine();
        foreach (Contender contender in contenders.Where(contender => contender.Remark.Length > 0))
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"- {contender.Name}: {contender.Remark}.");
        }

        AppendComparison(page, contenders, samples);
        return page.ToString();
    }

    private static void AppendComparison(StringBuilder page, Contender[] contenders, Dictionary<Contender, List<RivalSample>> samples)
    {
        Contender? kith = contenders.FirstOrDefault(contender => contender is KithContender);
        Contender? wireguard = contenders.FirstOrDefault(contender => contender is WireGuardGo);
        if (kith is null || wireguard is null)
        {
            return;
        }

        double Ratio(Func<RivalSample, double> number) => RivalMeter.Median(samples[kith].Select(number)) / RivalMeter.Median(samples[wireguard].Select(number));
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"""

            Kith over wireguard-go, ratio of the medians: TCP over IPv4 {Ratio(sample => sample.TcpFour):0.00} (aim: at least 1.15), over IPv6 {Ratio(sample => sample.TcpSix):0.00} (at least 1.15),
            ping {Ratio(sample => sample.PingMedian):0.00} (at most 1.10), 64-byte UDP {Ratio(sample => sample.PacketRate):0.00}. Idle memory is to be at most 90 MB, idle CPU at most 0.2 %.
            """);
    }

    private static string Cell(IEnumerable<double> values, string format)
    {
        double[] all = [.. values.Order()];
        if (all.Length == 0 || double.IsNaN(all[0]))
        {
            return "–";
        }

        string median = RivalMeter.Median(all).ToString(format, CultureInfo.InvariantCulture);
        return all.Length == 1
            ? median
            : string.Create(CultureInfo.InvariantCulture, $"{median} ({all[0].ToString(format, CultureInfo.InvariantCulture)}–{all[^1].ToString(format, CultureInfo.InvariantCulture)})");
    }

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
}
