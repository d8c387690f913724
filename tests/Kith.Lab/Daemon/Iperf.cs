using System.Text.Json;
using Kith.Lab.Harness;

namespace Kith.Lab.Daemon;

/// <summary>iperf3 between two hosts.</summary>
internal static class Iperf
{
    /// <summary>Starts a server and returns when it listens.</summary>
    public static async Task ServeAsync(LabHost host)
    {
        host.Start("iperf3 -s");
        await LabWait.UntilSucceedsAsync(host, "ss -ltn | grep -q ':5201 '", TimeSpan.FromSeconds(5));
    }

    /// <summary>One TCP stream; returns the bits per second that arrived.</summary>
    public static async Task<double> StreamAsync(LabHost from, string to, int seconds, string options = "")
    {
        LabResult result = await from.RunAsync($"iperf3 -J -c {to} -t {seconds} {options}", TimeSpan.FromSeconds(seconds + 30));
        return Received(result.EnsureSuccess().Output);
    }

    /// <summary>The bits per second that arrived, out of a report in JSON.</summary>
    public static double Received(string report)
    {
        using JsonDocument document = JsonDocument.Parse(report);
        return document.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }
}
