using System.Diagnostics;

namespace Kith.Lab.Harness;

/// <summary>Waiting for something to become true, with the evidence in the failure.</summary>
internal static class LabWait
{
    /// <summary>Asks again and again until the answer is null (nothing missing); fails with the last answer at the limit.</summary>
    public static async Task<TimeSpan> UntilAsync(string what, TimeSpan limit, Func<Task<string?>> missing, TimeSpan? pause = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            string? answer = await missing();
            if (answer is null)
            {
                return watch.Elapsed;
            }

            if (watch.Elapsed > limit)
            {
                throw new LabException($"not within {limit.TotalSeconds} s: {what}\nlast seen: {answer}");
            }

            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Repeats a command in a host until it succeeds.</summary>
    public static Task<TimeSpan> UntilSucceedsAsync(LabHost host, string commandLine, TimeSpan limit, TimeSpan? pause = null) =>
        UntilAsync(
            $"[{host.Name}] {commandLine}",
            limit,
            async () =>
            {
                LabResult result = await host.RunAsync(commandLine);
                return result.Succeeded ? null : result.ToString();
            },
            pause);
}
