using System.Globalization;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>Pings a member many times a second with the ordinary program, whose own clock stamps each answer.</summary>
internal sealed class PingStream : IDisposable
{
    private readonly LabProcess _process;

    /// <summary>Starts to ping an address.</summary>
    public PingStream(LabHost from, string address, TimeSpan interval) =>
        _process = from.Start(string.Create(CultureInfo.InvariantCulture, $"ping -n -D -i {interval.TotalSeconds} {address}"));

    /// <summary>When the answers so far came.</summary>
    public IReadOnlyList<DateTimeOffset> Answers => [.. _process.Output.Split('\n').Select(TimeOf).OfType<DateTimeOffset>()];

    /// <summary>Waits for the first answer and returns when it came.</summary>
    public async Task<DateTimeOffset> FirstAsync(TimeSpan limit) => TimeOf(await _process.WaitForLineAsync("time=", limit))!.Value;

    /// <summary>Waits for an answer that comes after a moment, and returns when it came.</summary>
    public async Task<DateTimeOffset> FirstAfterAsync(DateTimeOffset moment, TimeSpan limit)
    {
        DateTimeOffset found = default;
        await LabWait.UntilAsync($"an answer to `{_process.CommandLine}` after {moment:HH:mm:ss.fff}", limit, () =>
        {
            found = Answers.FirstOrDefault(answer => answer > moment);
            return Task.FromResult(found == default ? $"{Answers.Count} answers before" : null);
        });
        return found;
    }

    /// <summary>The longest time without an answer between two that came, the second of them after a moment.</summary>
    public TimeSpan LongestGap(DateTimeOffset since)
    {
        IReadOnlyList<DateTimeOffset> answers = Answers;
        return answers.Zip(answers.Skip(1)).Where(pair => pair.Second >= since).Select(pair => pair.Second - pair.First).DefaultIfEmpty().Max();
    }

    public void Dispose() => _process.Dispose();

    // [1732105478.123456] 64 bytes from …: icmp_seq=1 ttl=64 time=0.1 ms
    private static DateTimeOffset? TimeOf(string line) =>
        line.StartsWith('[') && line.Contains("time=", StringComparison.Ordinal)
            ? DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(line[1..line.IndexOf(']', StringComparison.Ordinal)], CultureInfo.InvariantCulture))
            : null;
}
