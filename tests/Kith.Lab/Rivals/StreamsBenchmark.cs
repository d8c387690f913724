using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kith.Lab.Emulator;
using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>
/// One stream between two user-space nodes over a cable that is long and loses frames, in turns with the kernel's TCP on the same cable. a ══ b. No test: run by
/// bench/streams, which reads what is measured.
/// </summary>
public sealed class StreamsBenchmark
{
    [Fact(Explicit = true)]
    public async Task a_stream_over_a_long_and_lossy_cable()
    {
        string program = Environment.GetEnvironmentVariable("STREAMS_BIN") ?? throw new LabException("STREAMS_BIN names no program");
        int rounds = Setting("STREAMS_ROUNDS", 5);
        long bytes = Setting("STREAMS_LOSSY_MEGABYTES", 6) * 1_000_000L;
        LinkConditions conditions = new()
        {
            Delay = TimeSpan.FromMilliseconds(Setting("STREAMS_DELAY_MS", 50)),
            Loss = Setting("STREAMS_LOSS_PERMILLE", 10) / 1000.0,
            BitsPerSecond = Setting("STREAMS_MEGABITS", 0) * 1_000_000L,
        };
        await using LabNetwork lab = LabNetwork.Create("iperf3", "ethtool");
        LabHost a = lab.AddHost("a");
        LabHost b = lab.AddHost("b");
        LabLink link = lab.AddLink(a, b, LinkConditions.Perfect);
        LabProcess server = b.Start("iperf3 -s --forceflush");
        await server.WaitForLineAsync("Server listening", TimeSpan.FromSeconds(5));
        LabProcess listener = b.Start($"bash -c 'sleep infinity | {program} listen /run/node 5484'");
        string invite = (await listener.WaitForLineAsync("^invite ", TimeSpan.FromSeconds(60))).Split(' ', 2)[1].Trim();
        LabProcess dialer = a.Start($"bash -c 'mkfifo /run/commands; exec 3<>/run/commands; exec {program} dial /run/node 5484 {invite} <&3'");
        await dialer.WaitForLineAsync("^ready", TimeSpan.FromSeconds(60));
        link.Conditions = conditions;
        for (int round = 1; round <= rounds; round++)
        {
            // The name says which round it was.
            await a.RunAsync($"echo streams:1:{bytes + round} > /run/commands");
            string line = await dialer.WaitForLineAsync($"^streams 1 bytes {bytes + round} ", TimeSpan.FromMinutes(10));
            double kith = double.Parse(Regex.Match(line, "seconds ([0-9.]+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            LabResult result = await a.RunAsync($"iperf3 -J -c {b.IPv4} -n {bytes}", TimeSpan.FromMinutes(10));
            result.EnsureSuccess();
            using JsonDocument document = JsonDocument.Parse(result.Output);
            JsonElement sum = document.RootElement.GetProperty("end").GetProperty("sum_received");
            LabReport.Measured($"lossy kith {bytes * 8 / kith / 1e6:F3} kernel {sum.GetProperty("bits_per_second").GetDouble() / 1e6:F3} Mbit/s | {line} | {link}");
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
