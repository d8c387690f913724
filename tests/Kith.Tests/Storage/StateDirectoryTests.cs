using Kith.Node.Storage;
using Kith.Protocol.Identity;
using Kith.Tests.Membership;

namespace Kith.Tests.Storage;

public class StateDirectoryTests
{
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void a_new_state_directory_is_for_its_owner_alone()
    {
        using TemporaryDirectory parent = new();
        using StateDirectory directory = StateDirectory.Open(parent["deep/state"]);
        using NodeKey key = NodeKeyFile.LoadOrCreate(directory, new SeededRandom(1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Path));
        foreach (string path in Directory.EnumerateFiles(directory.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void a_state_directory_in_use_is_refused_until_it_is_let_go()
    {
        using TemporaryDirectory parent = new();
        using (StateDirectory first = StateDirectory.Open(parent["state"]))
        {
            StateInUseException error = Assert.Throws<StateInUseException>(() => StateDirectory.Open(parent["state"]));
            Assert.Contains(first.Path, error.Message, StringComparison.Ordinal);
        }

        StateDirectory.Open(parent["state"]).Dispose();
    }

    [Fact]
    public void a_state_directory_that_is_a_file_is_not_writable_by_name()
    {
        using TemporaryDirectory parent = new();
        File.WriteAllText(parent["state"], "a file");
        StateNotWritableException error = Assert.Throws<StateNotWritableException>(() => StateDirectory.Open(parent["state"]));
        Assert.Contains(parent["state"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void the_node_key_is_made_once()
    {
        using TemporaryDirectory parent = new();
        using StateDirectory directory = StateDirectory.Open(parent["state"]);
        using NodeKey first = NodeKeyFile.LoadOrCreate(directory, new SeededRandom(1));
        using NodeKey second = NodeKeyFile.LoadOrCreate(directory, new SeededRandom(2));
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public void every_damage_to_the_node_key_is_reported_and_the_file_left_as_it_is()
    {
        using TemporaryDirectory parent = new();
        using StateDirectory directory = StateDirectory.Open(parent["state"]);
        NodeKeyFile.LoadOrCreate(directory, new SeededRandom(1)).Dispose();
        DamageSweep.EveryDamageIsReported(directory.NodeKeyPath, () => NodeKeyFile.LoadOrCreate(directory, new SeededRandom(2)).Dispose());
    }
}
