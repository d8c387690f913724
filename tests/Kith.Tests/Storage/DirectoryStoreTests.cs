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
    public void every_damage_to_any_file_is_reported_by_name_when_the_store_opens()
    {
        using (DirectoryStore store = DirectoryStore.Open(_directory))
        {
            store.AppendStatements(Network(1), [new byte[] { 1 }, new byte[] { 2, 3 }]);
            store.ReplaceDocument("whereabouts", "content"u8);
        }

        foreach (string path in new[] { _directory.NetworksPath, _directory.DocumentsPath }.SelectMany(Directory.EnumerateFiles))
        {
            DamageSweep.EveryDamageIsReported(path, () => DirectoryStore.Open(_directory).Dispose());
        }
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
