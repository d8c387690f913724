using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

public sealed class X25519Tests
{
    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void the_single_vectors_of_rfc_7748_section_5_2_agree(string scalar, string point, string expected)
    {
        byte[] shared = new byte[32];
        Assert.True(X25519.TryAgree(Hex.Bytes(scalar), Hex.Bytes(point), shared));
        Assert.Equal(expected, Hex.Text(shared));
    }

    [Fact]
    public void a_thousand_iterations_of_rfc_7748_section_5_2_agree()
    {
        byte[] k = new byte[32];
        byte[] u = new byte[32];
        byte[] next = new byte[32];
        k[0] = u[0] = 9;
        for (int i = 1; i <= 1000; i++)
        {
            Assert.True(X25519.TryAgree(k, u, next));
            (u, k, next) = (k, next, u);
            if (i == 1)
            {
                Assert.Equal("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079", Hex.Text(k));
            }
        }

        Assert.Equal("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", Hex.Text(k));
    }

    [Fact]
    public void alice_and_bob_of_rfc_7748_section_6_1_agree()
    {
        byte[] alice = Hex.Bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = Hex.Bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alicePublic = new byte[32];
        byte[] bobPublic = new byte[32];
        X25519.DerivePublicKey(alice, alicePublic);
        X25519.DerivePublicKey(bob, bobPublic);
        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Hex.Text(alicePublic));
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Hex.Text(bobPublic));
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        Assert.True(X25519.TryAgree(alice, bobPublic, one));
        Assert.True(X25519.TryAgree(bob, alicePublic, other));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Hex.Text(one));
        Assert.Equal(one, other);
    }
}
