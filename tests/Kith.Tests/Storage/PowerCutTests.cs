using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Kith.Tests.Storage;

/// <summary>
/// What a writer asks of the system, seen by strace: a power cut cannot be had in a test, and a killed process loses nothing that the system has. So the order of calls is
/// held to the rule that survives one: contents are flushed before a file gets its name, the directory after that, and all of it before anybody is told.
/// </summary>
public partial class PowerCutTests
{
    private const int Batches = 6;

    [Fact]
    public void nothing_is_acknowledged_before_it_survives_a_power_cut()
    {
        using TemporaryDirectory parent = new();
        string calls = parent["calls"];
        Trace(parent["state"], calls);
        HashSet<string> unflushed = [];
        Dictionary<string, string> open = [];
        int renames = 0;
        int told = 0;
        foreach ((string name, string arguments, string result) in Read(File.ReadAllLines(calls)))
        {
            string[] words = arguments.Split(", ");
            switch (name)
            {
                case "openat" when !result.StartsWith('-'):
                    open[result] = words[1].Trim('"');
                    break;
                case "fsync" or "fdatasync":
                    unflushed.Remove(open[words[0]]);
                    break;

                case "write" when words[1].StartsWith("\"statements ", StringComparison.Ordinal) || words[1].StartsWith("\"document ", StringComparison.Ordinal):
                    Assert.Empty(unflushed);
                    told++;
                    break;

                // The note at the beginning of a network's file, of how far it is durable, may be older than the file.
                case "pwrite64" when open[words[0]].EndsWith(".statements", StringComparison.Ordinal) && words[^1] == "0":
                    break;
                case "write" or "pwrite64" when open.TryGetValue(words[0], out string? path) && path.StartsWith(parent["state"], StringComparison.Ordinal):
                    unflushed.Add(path);
                    break;
                case "rename":
                    (string from, string to) = (words[0].Trim('"'), words[1].Trim('"'));
                    Assert.DoesNotContain(from, unflushed);
                    unflushed.Add(Path.GetDirectoryName(to)!);
                    renames++;
                    break;
                default:
                    break;
            }
        }

        // One for the file of the network, one for each document.
        Assert.Equal(1 + Batches, renames);
        Assert.Equal(2 * Batches, told);
    }

    private static void Trace(string state, string calls)
    {
        ProcessStartInfo start = new("strace") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-f", "-qq", "-s", "20", "-e", "trace=openat,write,pwrite64,fsync,fdatasync,rename", "-o", calls, .. KillTests.CommandFor(state), $"{Batches}"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("strace is not installed");
            return;
        }

        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.SkipWhen(errors.Contains("PTRACE", StringComparison.OrdinalIgnoreCase), "strace may not look at processes here");
            Assert.True(process.ExitCode == 0, errors + output.Result);
        }
    }

    // 1234 openat(AT_FDCWD, "/a/b", O_RDWR|O_CLOEXEC) = 5      and, where another thread came between: 1234 fsync(5 <unfinished ...>, 1234 <... fsync resumed>) = 0
    private static IEnumerable<(string Name, string Arguments, string Result)> Read(string[] lines)
    {
        Dictionary<string, string> begun = [];
        foreach (string line in lines)
        {
            string thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            string whole = line;
            if (line.EndsWith(" <unfinished ...>", StringComparison.Ordinal))
            {
                begun[thread] = line[..^" <unfinished ...>".Length];
                continue;
            }

            if (line.Contains(" resumed>", StringComparison.Ordinal) && begun.Remove(thread, out string? beginning))
            {
                whole = beginning + line[(line.IndexOf(" resumed>", StringComparison.Ordinal) + " resumed>".Length)..];
            }

            if (Call().Match(whole) is { Success: true } call)
            {
                yield return (call.Groups["name"].Value, call.Groups["arguments"].Value, call.Groups["result"].Value);
            }
        }
    }

    [GeneratedRegex(@"^\d+ +(?<name>\w+)\((?<arguments>.*)\) += (?<result>-?\d+)")]
    private static partial Regex Call();
}
