using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

public sealed class Ed25519Tests
{
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void the_vectors_of_rfc_8032_section_7_1_sign_and_verify(string seed, string publicKey, string message, string signature)
    {
        byte[] derived = new byte[32];
        Ed25519.DerivePublicKey(Hex.Bytes(seed), derived);
        Assert.Equal(publicKey, Hex.Text(derived));
        byte[] signed = new byte[64];
        Ed25519.Sign(Hex.Bytes(seed), Hex.Bytes(message), signed);
        Assert.Equal(signature, Hex.Text(signed));
        Assert.True(Ed25519.Verify(derived, Hex.Bytes(message), signed));
    }

    [Fact]
    public void the_sha_abc_vector_of_rfc_8032_section_7_1_signs()
    {
        byte[] signature = new byte[64];
        byte[] message = System.Security.Cryptography.SHA512.HashData("abc"u8);
        Ed25519.Sign(Hex.Bytes("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42"), message, signature);
        Assert.Equal("dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704", Hex.Text(signature));
    }

    [Fact]
    public void a_long_message_is_signed_like_a_short_one()
    {
        byte[] seed = new byte[32];
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        byte[] message = new byte[1 << 20];
        Ed25519.DerivePublicKey(seed, publicKey);
        Ed25519.Sign(seed, message, signature);
        Assert.True(Ed25519.Verify(publicKey, message, signature));
        message[^1] = 1;
        Assert.False(Ed25519.Verify(publicKey, message, signature));
    }
}
