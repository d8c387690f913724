using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>Measures one contender between two fresh hosts over veth.</summary>
internal static class RivalMeter
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    /// <summary>One round: streams, echoes, small datagrams.</summary>
    public static async Task<RivalSample> MeasureAsync(Contender contender, int seconds)
    {
        await using LabNetwork lab = LabNetwork.Create("iperf3", "ping");
        (LabHost a, LabHost b, ContenderPair pair) = await ConnectAsync(lab, contender);
        await Iperf.ServeAsync(b);
        double four = pair.IPv4 is null ? double.NaN : await Iperf.StreamAsync(a, pair.IPv4, seconds, "-O 1");
        double six = pair.IPv6 is null ? double.NaN : await Iperf.StreamAsync(a, pair.IPv6, seconds, "-O 1");
        string target = pair.IPv4 ?? pair.IPv6!;
        return new RivalSample(four, six, await PingAsync(a, target), await PacketsAsync(a, target, seconds));
    }

    /// <summary>Resident memory in bytes and processor time as a share of one core, after a minute without traffic.</summary>
    public static async Task<(double Bytes, double Share)> IdleAsync(Contender contender, TimeSpan settle, TimeSpan watch)
    {
        await using LabNetwork lab = LabNetwork.Create();
        (LabHost _, LabHost _, ContenderPair pair) = await ConnectAsync(lab, contender);
        if (pair.Daemon?.ProcessId is not int process)
        {
            return (double.NaN, double.NaN);
        }

        await Task.Delay(settle);
        double before = ProcessorSeconds(process);
        await Task.Delay(watch);
        return (ResidentBytes(process), (ProcessorSeconds(process) - before) / watch.TotalSeconds);
    }

    private static async Task<(LabHost A, LabHost B, ContenderPair Pair)> ConnectAsync(LabNetwork lab, Contender contender)
    {
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b", lan);
        ContenderPair pair = await contender.StartAsync(a, b);
        foreach (string target in new[] { pair.IPv4, pair.IPv6 }.OfType<string>())
        {
            await LabWait.UntilSucceedsAsync(a, $"ping -c1 -W1 {target}", ConnectLimit);
        }

        return (a, b, pair);
    }

    private static async Task<double> PingAsync(LabHost from, string target)
    {
        LabResult result = (await from.RunAsync($"ping -c 300 -i 0.01 -W 1 {target}")).EnsureSuccess();
        double[] times = [.. Regex.Matches(result.Output, "time=([0-9.]+)").Select(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        return Median(times);
    }

    private static async Task<double> PacketsAsync(LabHost from, string target, int seconds)
    {
        LabResult result = (await from.RunAsync($"iperf3 -J -u -l 64 -b 0 -c {target} -t {seconds}", TimeSpan.FromSeconds(seconds + 30))).EnsureSuccess();
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement sum = document.RootElement.GetProperty("end").GetProperty("sum");
        double arrived = sum.GetProperty("packets").GetDouble() - sum.GetProperty("lost_packets").GetDouble();
        return arrived / sum.GetProperty("seconds").GetDouble();
    }

    /// <summary>The middle value; the mean of the two middle ones of an even count.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double ResidentBytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(Regex.Match(line, "[0-9]+").ValueSpan, CultureInfo.InvariantCulture) * 1024;
    }

    private static double ProcessorSeconds(int process)
    {
        // Fields 14 and 15 of proc(5) stat: ticks of 10 ms in user and system mode.
        string line = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }
}
