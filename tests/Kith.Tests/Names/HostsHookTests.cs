using Kith.Node.Names;
using Kith.Protocol.Discovery.Dns;
using Kith.Tests.Discovery.Dns;

namespace Kith.Tests.Names;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class HostsHookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kith-hosts").FullName;

    private string File => Path.Combine(_directory, "hosts");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void file_is_changed_and_left_as_it_was_found()
    {
        System.IO.File.WriteAllText(File, "127.0.0.1 localhost");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        HostsHook hook = new(File, "kith0");
        hook.Apply(NameSamples.Table, []);
        Assert.Contains("100.64.17.1 laptop.home.kith laptop\n", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, System.IO.File.GetUnixFileMode(File));
        hook.Remove();
        hook.Remove();
        Assert.Equal("127.0.0.1 localhost", System.IO.File.ReadAllText(File));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, System.IO.File.GetUnixFileMode(File));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void same_names_leave_the_file_untouched()
    {
        System.IO.File.WriteAllText(File, "x\n");
        HostsHook hook = new(File, "kith0");
        hook.Apply(NameSamples.Table, []);
        DateTime longAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        System.IO.File.SetLastWriteTimeUtc(File, longAgo);
        hook.Apply(NameSamples.Table, []);
        Assert.Equal(longAgo, System.IO.File.GetLastWriteTimeUtc(File));
    }

    [Fact]
    public void link_stays_a_link_and_its_target_is_changed()
    {
        string target = Path.Combine(_directory, "real");
        System.IO.File.WriteAllText(target, "x\n");
        System.IO.File.CreateSymbolicLink(File, target);
        HostsHook hook = new(File, "kith0");
        hook.Apply(NameSamples.Table, []);
        Assert.Equal(target, System.IO.File.ResolveLinkTarget(File, false)?.FullName);
        Assert.NotEqual("x\n", System.IO.File.ReadAllText(target));
        hook.Remove();
        Assert.Equal("x\n", System.IO.File.ReadAllText(target));
    }

    [Fact]
    public void file_that_is_too_large_is_not_touched()
    {
        System.IO.File.WriteAllBytes(File, new byte[4 * 1024 * 1024 + 1]);
        Assert.Throws<IOException>(() => new HostsHook(File, "kith0").Apply(NameSamples.Table, []));
    }

    [Fact]
    public void removing_from_a_file_that_is_not_there_does_not_make_one()
    {
        new HostsHook(File, "kith0").Remove();
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void two_nodes_that_change_the_file_at_once_do_not_undo_each_other()
    {
        System.IO.File.WriteAllText(File, "127.0.0.1 localhost\n");
        Parallel.For(0, 4, node =>
        {
            HostsHook hook = new(File, $"kith{node}");
            for (int i = 0; i < 20; i++)
            {
                hook.Apply(i % 2 == 0 ? NameSamples.Table : NameTable.Empty, []);
            }

            if (node % 2 == 0)
            {
                hook.Remove();
            }
        });
        byte[] content = System.IO.File.ReadAllBytes(File);
        Assert.False(HostsBlock.IsIn(content, "kith0"));
        Assert.True(HostsBlock.IsIn(content, "kith1"));
        Assert.False(HostsBlock.IsIn(content, "kith2"));
        Assert.True(HostsBlock.IsIn(content, "kith3"));
    }
}
