using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Tests.Storage;

public sealed class DirectoryStoreTests : IDisposable
{
    private readonly TemporaryDirectory _parent = new();
    private readonly StateDirectory _directory;

    public DirectoryStoreTests() => _directory = StateDirectory.Open(_parent["state"]);

    public void Dispose()
    {
        _directory.Dispose();
        _parent.Dispose();
    }

    [Fact]
    public void networks_statements_and_documents_are_there_after_a_restart()
    {
        using (DirectoryStore store = DirectoryStore.Open(_directory))
        {
            Assert.True(store.AppendStatements(Network(2), [new byte[] { 1 }, new byte[] { 2, 3 }]).IsOk);
            Assert.True(store.AppendStatements(Network(1), []).IsOk);
            Assert.True(store.ReplaceDocument("settings.json", "old"u8).IsOk);
            Assert.True(store.ReplaceDocument("settings.json", "new"u8).IsOk);
        }

        using DirectoryStore again = DirectoryStore.Open(_directory);
        Assert.Equal([Network(1), Network(2)], again.Networks);
        Assert.Empty(again.ReadStatements(Network(1)));
        Assert.Equal([[1], [2, 3]], again.ReadStatements(Network(2)).Select(static statement => statement.ToArray()));
        Assert.True(again.TryReadDocument("settings.json", out byte[]? content));
        Assert.Equal("new"u8.ToArray(), content);
        Assert.False(again.TryReadDocument("other", out _));
    }

    [Fact]
    public void a_forgotten_network_stays_forgotten()
    {
        using (DirectoryStore store = DirectoryStore.Open(_directory))
        {
            store.AppendStatements(Network(1), [new byte[] { 1 }]);
            Assert.True(store.RemoveNetwork(Network(1)).IsOk);
            Assert.True(store.RemoveNetwork(Network(1)).IsOk);
            Assert.Empty(store.Networks);
        }

        using DirectoryStore again = DirectoryStore.Open(_directory);
        Assert.Empty(again.Networks);
    }

    [Fact]
    public void every_damage_to_any_file_is_told_by_name_when_the_store_opens_and_the_file_set_aside()
    {
        using (DirectoryStore store = DirectoryStore.Open(_directory))
        {
            store.AppendStatements(Network(1), [new byte[] { 1 }, new byte[] { 2, 3 }]);
            store.ReplaceDocument("whereabouts", "content"u8);
        }

        foreach (string path in new[] { _directory.NetworksPath, _directory.DocumentsPath }.SelectMany(Directory.EnumerateFiles))
        {
            DamageSweep.EveryDamageIsSetAside(_directory, path, step: 37);
        }
    }

    [Fact]
    public void whole_statements_are_kept_wherever_the_damage_is()
    {
        byte[][] statements = [.. Enumerable.Range(1, 6).Select(static number => Enumerable.Repeat((byte)number, number * 9).ToArray())];
        using (DirectoryStore store = DirectoryStore.Open(_directory))
        {
            store.AppendStatements(Network(1), [.. statements.Select(static statement => (ReadOnlyMemory<byte>)statement)]);
        }

        string path = Directory.GetFiles(_directory.NetworksPath).Single();
        byte[] sound = File.ReadAllBytes(path);
        for (int at = 0; at < sound.Length; at += 7)
        {
            byte[] damaged = (byte[])sound.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            using (DirectoryStore store = DirectoryStore.Open(_directory))
            {
                Assert.True(store.IsSalvaged(Network(1)));
                byte[][] kept = [.. store.ReadStatements(Network(1)).Select(static statement => statement.ToArray())];
                Assert.Equal(at < StatementFile.HeaderBytes ? statements.Length : statements.Length - 1, kept.Length);
                Assert.All(kept, one => Assert.Contains(statements, statement => statement.SequenceEqual(one)));
                Assert.True(store.AppendStatements(Network(1), [new byte[] { 9 }]).IsOk);
            }

            Directory.Delete(_directory.DamagedPath, recursive: true);
        }
    }

    [Fact]
    public void when_too_many_files_are_set_aside_the_next_damaged_one_stops_the_store_and_is_left_as_it_is()
    {
        using (DirectoryStore store = DirectoryStore.Open(_directory))
        {
            store.ReplaceDocument("whereabouts", "content"u8);
        }

        Directory.CreateDirectory(_directory.DamagedPath);
        for (int i = 0; i < DamagedFiles.FilesMax; i++)
        {
            File.WriteAllBytes(Path.Combine(_directory.DamagedPath, $"other.{i}"), []);
        }

        string path = Path.Combine(_directory.DocumentsPath, "whereabouts");
        byte[] damaged = [.. File.ReadAllBytes(path).Reverse()];
        File.WriteAllBytes(path, damaged);
        Assert.Throws<StateDamagedException>(() => DirectoryStore.Open(_directory));
        Assert.Equal(damaged, File.ReadAllBytes(path));
    }

    [Fact]
    public void an_unfinished_replacement_is_no_damage()
    {
        File.WriteAllBytes(Path.Combine(_directory.DocumentsPath, "settings.json.new"), [1, 2, 3]);
        using DirectoryStore store = DirectoryStore.Open(_directory);
        Assert.True(store.ReplaceDocument("settings.json", "x"u8).IsOk);
        Assert.True(store.TryReadDocument("settings.json", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../escape")]
    [InlineData("Upper")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("x.new")]
    public void a_name_that_is_none_for_a_document_is_refused(string name)
    {
        using DirectoryStore store = DirectoryStore.Open(_directory);
        Assert.Throws<ArgumentException>(() => store.ReplaceDocument(name, default));
        Assert.Throws<ArgumentException>(() => store.TryReadDocument(name, out _));
        Assert.Throws<ArgumentException>(() => store.ReplaceDocument(new string('a', INodeStore.DocumentNameLengthMax + 1), default));
    }

    [Fact]
    public void a_node_keeps_no_more_networks_than_the_maximum()
    {
        using DirectoryStore store = DirectoryStore.Open(_directory);
        for (int i = 0; i < DirectoryStore.NetworksMax; i++)
        {
            Assert.True(store.AppendStatements(Network(i), []).IsOk);
        }

        Assert.Equal(StoreOutcome.Failed, store.AppendStatements(Network(255), []).Outcome);
    }

    [Fact]
    public void too_large_is_refused_before_anything_is_written()
    {
        using DirectoryStore store = DirectoryStore.Open(_directory);
        Assert.Throws<ArgumentException>(() => store.ReplaceDocument("a", new byte[INodeStore.DocumentBytesMax + 1]));
        Assert.Throws<ArgumentException>(() => store.AppendStatements(Network(1), [new byte[Protocol.Membership.MembershipLimits.StatementBytesMax + 1]]));
        Assert.Empty(store.Networks);
    }

    private static NetworkId Network(int number)
    {
        byte[] bytes = new byte[NetworkId.Length];
        bytes[0] = (byte)number;
        return new NetworkId(bytes);
    }
}
