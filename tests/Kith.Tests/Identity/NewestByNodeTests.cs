using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Identity;

/// <summary>Who was told everything up to a revision is told the rest, once.</summary>
public sealed class NewestByNodeTests
{
    private static readonly NodeId s_anna = Node(1);
    private static readonly NodeId s_bert = Node(2);
    private readonly NewestByNode<string> _table = new();
    private readonly object _listener = new();

    [Fact]
    public void what_changed_since_a_revision_comes_last_change_first()
    {
        _table.Put(s_anna, "a1");
        _table.Put(s_bert, "b1");
        ulong told = _table.Revision;
        Assert.Equal(["b1", "a1"], _table.ChangedSince(0, _listener));
        Assert.Empty(_table.ChangedSince(told, _listener));
        _table.Put(s_anna, "a2");
        Assert.Equal(["a2"], _table.ChangedSince(told, _listener));
        Assert.Equal(["b1", "a2"], _table.Records);
        Assert.Equal(2, _table.Count);
    }

    [Fact]
    public void who_told_something_is_not_told_it()
    {
        _table.Put(s_anna, "a1", _listener);
        Assert.Empty(_table.ChangedSince(0, _listener));
        Assert.Equal(["a1"], _table.ChangedSince(0, new object()));
    }

    [Fact]
    public void what_is_touched_is_told_again_to_everybody()
    {
        _table.Put(s_anna, "a1", _listener);
        ulong told = _table.Revision;
        _table.Touch(s_anna);
        _table.Touch(s_bert);
        Assert.Equal(["a1"], _table.ChangedSince(told, _listener));
    }

    [Fact]
    public void what_is_forgotten_is_told_to_nobody()
    {
        _table.Put(s_anna, "a1");
        _table.Put(s_bert, "b1");
        Assert.Equal(s_anna, _table.Oldest);
        Assert.True(_table.Remove(s_anna));
        Assert.False(_table.Remove(s_anna));
        Assert.False(_table.TryGet(s_anna, out _));
        Assert.Equal(["b1"], _table.ChangedSince(0, _listener));
    }

    private static NodeId Node(byte value) => new(new Bytes32([.. Enumerable.Repeat(value, 32)]));
}
