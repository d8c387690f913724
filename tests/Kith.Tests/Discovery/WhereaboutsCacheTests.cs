using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Tests.Identity;

namespace Kith.Tests.Discovery;

public sealed class WhereaboutsCacheTests
{
    private static readonly NodeKey s_alice = NodeKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly NodeKey s_bob = NodeKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);

    [Fact]
    public void newer_replaces_older_and_never_the_other_way()
    {
        WhereaboutsCache cache = new();
        Whereabouts newer = WhereaboutsTests.Sign(s_alice, 2, "10.0.0.2:1");

        Assert.True(cache.Offer(WhereaboutsTests.Sign(s_alice, 1, "10.0.0.1:1")));
        Assert.True(cache.Offer(newer));
        Assert.False(cache.Offer(WhereaboutsTests.Sign(s_alice, 1, "10.0.0.3:1")));
        Assert.False(cache.Offer(WhereaboutsTests.Sign(s_alice, 2, "10.0.0.4:1")));
        Assert.True(cache.TryGet(s_alice.Id, out Whereabouts? kept));
        Assert.Same(newer, kept);
    }

    [Fact]
    public void record_signed_by_another_is_refused()
    {
        byte[] forged = WhereaboutsTests.Sign(s_alice, 9, "10.0.0.1:1").Encoded.ToArray();
        s_bob.Id.WriteTo(forged.AsSpan(1));
        Assert.True(Whereabouts.TryDecode(forged, out Whereabouts? record));
        Assert.False(new WhereaboutsCache().Offer(record));
    }

    [Fact]
    public void file_reads_back_with_order_and_content()
    {
        WhereaboutsCache cache = new();
        cache.Offer(WhereaboutsTests.Sign(s_bob, 1, "10.0.0.1:1"));
        cache.Offer(WhereaboutsTests.Sign(s_alice, 1, "10.0.0.2:1"));
        cache.Offer(WhereaboutsTests.Sign(s_bob, 2, "10.0.0.3:1"));

        byte[] file = cache.Encode();
        Assert.True(WhereaboutsCache.TryDecode(file, out WhereaboutsCache? read));
        Assert.Equal([s_alice.Id, s_bob.Id], read.Records.Select(static record => record.Node));
        Assert.Equal(file, read.Encode());
    }

    [Fact]
    public void vector_of_the_protocol_document()
    {
        using NodeKey key = NodeKey.FromSeed([.. Enumerable.Range(1, 32).Select(static i => (byte)i)]);
        WhereaboutsCache cache = new();
        cache.Offer(Whereabouts.Sign(key, 7, 1_763_600_000_000, NatClass.Unknown, [new Candidate(CandidateKind.Lan, WhereaboutsTests.Endpoint("192.168.1.2:5484"))], []));
        string hex = Convert.ToHexStringLower(cache.Encode());
        Assert.StartsWith("6b697468776865720100000001007c0179b5562e", hex, StringComparison.Ordinal);
        Assert.EndsWith("43e0399d852bf816e339f9d72bbd841c22f9c590c3b8798ea9475b2a77e060f5", hex, StringComparison.Ordinal);
        Assert.Equal((8 + 1 + 4 + 2 + 124 + 32) * 2, hex.Length);
    }

    [Fact]
    public void damaged_file_is_refused_whichever_byte_it_is()
    {
        WhereaboutsCache cache = new();
        cache.Offer(WhereaboutsTests.Sign(s_alice, 1, "10.0.0.2:1"));
        byte[] file = cache.Encode();
        for (int i = 0; i < file.Length; i++)
        {
            file[i] ^= 0x10;
            Assert.False(WhereaboutsCache.TryDecode(file, out _));
            file[i] ^= 0x10;
            Assert.False(WhereaboutsCache.TryDecode(file.AsSpan(0, i), out _));
        }
    }

    [Fact]
    public void full_cache_lets_go_of_what_changed_longest_ago()
    {
        WhereaboutsCache cache = new();
        TestRandom random = new(1);
        NodeId first = default;
        NodeId second = default;
        for (int i = 0; i < WhereaboutsCache.NodesMax + 1; i++)
        {
            using NodeKey key = NodeKey.Generate(random);
            first = i == 0 ? key.Id : first;
            second = i == 1 ? key.Id : second;
            Assert.True(cache.Offer(Whereabouts.Sign(key, 1, 0, NatClass.Unknown, [], [])));
        }

        Assert.Equal(WhereaboutsCache.NodesMax, cache.Count);
        Assert.False(cache.TryGet(first, out _));
        Assert.True(cache.TryGet(second, out _));
        byte[] file = cache.Encode();
        Assert.True(file.Length <= WhereaboutsCache.BytesMax);
        Assert.True(WhereaboutsCache.TryDecode(file, out WhereaboutsCache? read));
        Assert.Equal(WhereaboutsCache.NodesMax, read.Count);
    }
}
