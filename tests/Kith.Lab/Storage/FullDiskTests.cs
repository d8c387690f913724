using System.Buffers.Binary;
using System.Globalization;
using Kith.Lab.Harness;
using Kith.Node.Storage;
using Kith.Protocol.Identity;

namespace Kith.Lab.Storage;

/// <summary>
/// A writer on a disk of 400 kB, in a mount namespace of its own, until there is no room; then room is made and it goes on. What it was told
/// to be kept must be there both times, and the copies that are taken of the state must open.
/// </summary>
public class FullDiskTests
{
    private const int ExitFull = 3;

    [Fact]
    public async Task on_a_full_disk_nothing_is_damaged_and_it_goes_on_once_there_is_room()
    {
        LabMachine.Require("unshare", "mount", "bash", "dotnet");
        string directory = Directory.CreateTempSubdirectory("kith-lab-").FullName;
        try
        {
            string writer = Path.Combine(AppContext.BaseDirectory, "Kith.Crasher.dll");
            string script = $"""
                mkdir {directory}/disk && mount -t tmpfs -o size=400k,mode=700 tmpfs {directory}/disk && head -c 100000 /dev/zero > {directory}/disk/ballast
                dotnet {writer} {directory}/disk/state > {directory}/first.txt; echo $? >> {directory}/first.txt
                cp -r {directory}/disk/state {directory}/first
                rm {directory}/disk/ballast
                dotnet {writer} {directory}/disk/state > {directory}/second.txt; echo $? >> {directory}/second.txt
                cp -r {directory}/disk/state {directory}/second
                """;
            LabResult result = await LabCommand.RunAsync(["unshare", "--mount", "bash", "-c", script], "a writer on a full disk", limit: TimeSpan.FromMinutes(1));
            result.EnsureSuccess();
            int first = Verify(directory, "first");
            int second = Verify(directory, "second");
            Assert.True(second > first && first > 0, $"{first} statements before there was room, {second} after");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static int Verify(string directory, string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(directory, name + ".txt"));
        Assert.Equal(ExitFull.ToString(CultureInfo.InvariantCulture), lines[^1]);
        Assert.StartsWith("No room on the disk", lines[^2], StringComparison.Ordinal);
        int acknowledged = lines.Where(static line => line.StartsWith("statements ", StringComparison.Ordinal))
            .Select(static line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).LastOrDefault();
        using StateDirectory state = StateDirectory.Open(Path.Combine(directory, name));
        using DirectoryStore store = DirectoryStore.Open(state);
        NetworkId network = Assert.Single(store.Networks);
        int[] kept = [.. store.ReadStatements(network).Select(static statement => BinaryPrimitives.ReadInt32BigEndian(statement.Span))];
        Assert.Equal(Enumerable.Range(0, kept.Length), kept);
        Assert.Equal(acknowledged, kept.Length);
        Assert.True(store.TryReadDocument("document", out byte[]? document));
        Assert.True(BinaryPrimitives.ReadInt32BigEndian(document) <= acknowledged);
        return acknowledged;
    }
}
