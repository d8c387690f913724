using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Kith.Node.Storage;
using Kith.Protocol.Identity;
using Kith.Tests.Membership;

namespace Kith.Tests.Storage;

/// <summary>
/// A child process appends and replaces as fast as it can and says what was acknowledged; it is killed with SIGKILL at random moments, two
/// hundred times on one state directory. Nothing that it said may be missing afterwards, and nothing may be damaged.
/// </summary>
public class KillTests
{
    private const int Kills = 200;

    [Fact]
    public void nothing_acknowledged_is_lost_in_two_hundred_kills()
    {
        const ulong seed = 20_260_701;
        SeededRandom random = new(seed);
        NetworkId network = new(Enumerable.Range(1, NetworkId.Length).Select(static i => (byte)i).ToArray());
        using TemporaryDirectory parent = new();
        int statements = 0;
        int document = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process child = Start(parent["state"]);
            for (int lines = 1 + random.NextBelow(20); lines > 0; lines--)
            {
                string? line = child.StandardOutput.ReadLine();
                Assert.True(line is not null, $"seed {seed}, kill {kill}: the child ended by itself");
                Read(line, ref statements, ref document);
            }

            Thread.SpinWait(random.NextBelow(200_000));
            child.Kill();
            while (child.StandardOutput.ReadLine() is string rest)
            {
                Read(rest, ref statements, ref document);
            }

            child.WaitForExit();
            using StateDirectory directory = StateDirectory.Open(parent["state"]);
            using DirectoryStore store = DirectoryStore.Open(directory);
            int[] kept = [.. store.ReadStatements(network).Select(static statement => BinaryPrimitives.ReadInt32BigEndian(statement.Span))];
            Assert.True(kept.Length >= statements, $"seed {seed}, kill {kill}: {kept.Length} kept of {statements} acknowledged");
            Assert.Equal(Enumerable.Range(0, kept.Length), kept);
            Assert.True(document == 0 || (store.TryReadDocument("document", out byte[]? content) && BinaryPrimitives.ReadInt32BigEndian(content) >= document), $"seed {seed}, kill {kill}: document");
        }

        Assert.True(statements > Kills, "the child was killed before it did anything");
    }

    internal static Process Start(string state)
    {
        string[] command = CommandFor(state);
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    /// <summary>The program that writes into a state directory.</summary>
    internal static string[] CommandFor(string state) =>
        [Environment.ProcessPath is string path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", Path.Combine(AppContext.BaseDirectory, "Kith.Crasher.dll"), state];

    private static void Read(string line, ref int statements, ref int document)
    {
        string[] words = line.Split(' ');
        if (words.Length == 2 && int.TryParse(words[1], CultureInfo.InvariantCulture, out int number))
        {
            statements = words[0] == "statements" ? number : statements;
            document = words[0] == "document" ? number : document;
        }
    }
}
