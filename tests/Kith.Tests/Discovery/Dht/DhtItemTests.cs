using Kith.Protocol.Discovery.Dht;

namespace Kith.Tests.Discovery.Dht;

/// <summary>Vectors of BEP 44, "Test vectors".</summary>
public sealed class DhtItemTests
{
    private const string Key = "77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548";
    private const string Signature = "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01";
    private const string SaltedSignature = "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17ddf9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08";

    private static ReadOnlySpan<byte> Value => "12:Hello World!"u8;

    [Fact]
    public void published_mutable_item_verifies()
    {
        DhtItem? item = DhtItem.TryTakeMutable(Convert.FromHexString(Key), default, 1, Value, Convert.FromHexString(Signature));
        Assert.NotNull(item);
        Assert.Equal("4a533d47ec9c7d95b1ad75f576cffc641853b750", item.Target.ToString());
    }

    [Fact]
    public void published_salted_item_verifies()
    {
        DhtItem? item = DhtItem.TryTakeMutable(Convert.FromHexString(Key), "foobar"u8, 1, Value, Convert.FromHexString(SaltedSignature));
        Assert.NotNull(item);
        Assert.Equal("411eba73b6f087ca51a3795d9c8c938d365e32c1", item.Target.ToString());
    }

    [Fact]
    public void published_immutable_item_lies_where_it_should() =>
        Assert.Equal("e5f96f6f38320f0f33959cb4d3d656452117aadb", DhtItem.CreateImmutable(Value).Target.ToString());

    [Fact]
    public void any_change_voids_the_signature()
    {
        byte[] key = Convert.FromHexString(Key);
        byte[] signature = Convert.FromHexString(Signature);
        Assert.Null(DhtItem.TryTakeMutable(key, default, 2, Value, signature));
        Assert.Null(DhtItem.TryTakeMutable(key, "x"u8, 1, Value, signature));
        Assert.Null(DhtItem.TryTakeMutable(key, default, 1, "12:Hello World?"u8, signature));
        for (int i = 0; i < signature.Length; i++)
        {
            byte[] changed = [.. signature];
            changed[i] ^= 1;
            Assert.Null(DhtItem.TryTakeMutable(key, default, 1, Value, changed));
        }
    }

    [Fact]
    public void limits_hold()
    {
        byte[] seed = new byte[32];
        Assert.Null(DhtItem.TryTakeImmutable("5:ab"u8));
        Assert.Null(DhtItem.TryTakeImmutable([.. "998:"u8, .. new byte[998]]));
        Assert.NotNull(DhtItem.TryTakeImmutable([.. "996:"u8, .. new byte[996]]));
        Assert.Throws<ArgumentException>(() => DhtItem.CreateImmutable("nonsense"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => DhtItem.Sign(seed, new byte[DhtItem.SaltBytesMax + 1], 1, Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => DhtItem.Sign(seed, default, -1, Value));
        DhtItem item = DhtItem.Sign(seed, new byte[DhtItem.SaltBytesMax], long.MaxValue, Value);
        Assert.NotNull(DhtItem.TryTakeMutable(item.PublicKey, item.Salt, item.Sequence, item.Value, item.Signature));
    }
}
