using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Crypto;

namespace Kith.Tests.Identity;

public sealed class NodeKeyTests
{
    [Fact]
    public void the_public_half_gives_the_tunnel_key_that_the_secret_half_gives()
    {
        TestRandom random = new(1);
        for (int i = 0; i < 200; i++)
        {
            using NodeKey key = NodeKey.Generate(random);
            Assert.True(key.Id.TryGetTunnelPublicKey(out Bytes32 converted));
            Assert.Equal(key.TunnelPublicKey, converted);
            byte[] secret = new byte[32];
            byte[] derived = new byte[32];
            key.CopyTunnelPrivateKey(secret);
            X25519.DerivePublicKey(secret, derived);
            Assert.Equal(converted, new Bytes32(derived));
        }
    }

    [Fact]
    public void a_key_from_its_own_seed_is_the_same_key_and_signs_the_same()
    {
        using NodeKey key = NodeKey.Generate(new TestRandom(2));
        byte[] seed = new byte[32];
        key.CopySeed(seed);
        using NodeKey again = NodeKey.FromSeed(seed);
        byte[] signature = new byte[64];
        byte[] signatureAgain = new byte[64];
        key.Sign("message"u8, signature);
        again.Sign("message"u8, signatureAgain);
        Assert.Equal(key.Id, again.Id);
        Assert.Equal(signature, signatureAgain);
        Assert.True(Ed25519.Verify(key.Id.ToArray(), "message"u8, signature));
    }

    [Fact]
    public void the_first_key_of_rfc_8032_has_the_expected_texts()
    {
        using NodeKey key = NodeKey.FromSeed(Hex.Bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
        Assert.Equal("47pjoycnsrfmxikm95jh13y88e8qnhzu5kungjpxyepgt7a8krpy", key.Id.ToString());
        Assert.Equal(key.Id.ToString(), key.ToString());
        Assert.True(NodeId.TryParse(key.Id.ToString(), out NodeId parsed));
        Assert.Equal(key.Id, parsed);
    }

    [Fact]
    public void a_disposed_key_gives_nothing_away()
    {
        NodeKey key = NodeKey.Generate(new TestRandom(3));
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.CopySeed(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => key.CopyTunnelPrivateKey(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => key.Sign("x"u8, new byte[64]));
    }

    [Fact]
    public void a_seed_of_another_length_is_refused()
    {
        Assert.Throws<ArgumentException>(() => NodeKey.FromSeed(new byte[31]));
        Assert.Throws<ArgumentException>(() => NodeKey.FromSeed(new byte[33]));
    }

    [Fact]
    public void an_id_that_is_no_key_has_no_tunnel_key()
    {
        Assert.False(default(NodeId).TryGetTunnelPublicKey(out Bytes32 none));
        Assert.True(none.IsZero);
    }
}
