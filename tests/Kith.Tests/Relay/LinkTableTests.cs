using Kith.Protocol.Identity;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>The newest report of each member.</summary>
public sealed class LinkTableTests
{
    private static readonly NetworkId Network = new([.. Enumerable.Repeat((byte)0x42, 32)]);
    private static readonly Instant Start = new(1_000_000_000);
    private readonly TestRandom _random = new(5);
    private readonly LinkTable _table = new();

    [Fact]
    public void older_report_never_replaces_a_newer_one()
    {
        using NodeKey key = NodeKey.Generate(_random);
        Assert.True(_table.Offer(Start, LinkReport.Sign(key, Network, 5, [new StatedLink(1, 1, 0)])));
        Assert.False(_table.Offer(Start, LinkReport.Sign(key, Network, 5, [])));
        Assert.False(_table.Offer(Start, LinkReport.Sign(key, Network, 4, [])));
        Assert.True(_table.TryGet(key.Id, out LinkReport? known));
        Assert.Equal(1, known.Links.Length);
        Assert.True(_table.Offer(Start, LinkReport.Sign(key, Network, 6, [])));
    }

    [Fact]
    public void report_with_a_false_signature_does_not_come_in()
    {
        using NodeKey key = NodeKey.Generate(_random);
        byte[] encoded = LinkReport.Sign(key, Network, 5, []).Encoded.ToArray();
        encoded[^1] ^= 1;
        Assert.True(LinkReport.TryDecode(encoded, out LinkReport? forged));
        Assert.False(_table.Offer(Start, forged));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void report_that_is_not_renewed_is_forgotten()
    {
        using NodeKey key = NodeKey.Generate(_random);
        _table.Offer(Start, LinkReport.Sign(key, Network, 5, []));
        Assert.False(_table.Clean(Start + LinkLimits.Lifetime, _ => true));
        Assert.True(_table.Clean(Start + LinkLimits.Lifetime + TimeSpan.FromSeconds(1), _ => true));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void report_of_who_is_not_wanted_any_more_is_forgotten_at_once()
    {
        using NodeKey key = NodeKey.Generate(_random);
        _table.Offer(Start, LinkReport.Sign(key, Network, 5, []));
        Assert.True(_table.Clean(Start, node => node != key.Id));
        Assert.False(_table.TryGet(key.Id, out _));
    }

    [Fact]
    public void table_takes_no_more_members_than_the_maximum()
    {
        for (int i = 0; i < LinkLimits.ReportsMax; i++)
        {
            using NodeKey key = NodeKey.Generate(_random);
            Assert.True(_table.Offer(Start, LinkReport.Sign(key, Network, 1, [])));
        }

        using NodeKey last = NodeKey.Generate(_random);
        Assert.False(_table.Offer(Start, LinkReport.Sign(last, Network, 1, [])));
        Assert.Equal(LinkLimits.ReportsMax, _table.Count);
    }
}
