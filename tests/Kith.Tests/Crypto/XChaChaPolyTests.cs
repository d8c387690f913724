using System.Text;
using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

public sealed class XChaChaPolyTests
{
    private static readonly byte[] s_key = Enumerable.Range(0x80, 32).Select(i => (byte)i).ToArray();
    private static readonly byte[] s_nonce = Enumerable.Range(0x40, 24).Select(i => (byte)i).ToArray();
    private static readonly byte[] s_associated = Hex.Bytes("50515253c0c1c2c3c4c5c6c7");

    [Fact]
    public void the_example_of_the_draft_appendix_a_3_1_seals_and_opens()
    {
        byte[] plaintext = Encoding.ASCII.GetBytes("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.");
        byte[] expected = Hex.Bytes("""
            bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
            2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e
            c0875924c1c7987947deafd8780acf49
            """);
        byte[] sealedBytes = new byte[plaintext.Length + 16];
        XChaChaPoly.Seal(s_key, s_nonce, s_associated, plaintext, sealedBytes);
        Assert.Equal(Hex.Text(expected), Hex.Text(sealedBytes));
        byte[] opened = new byte[plaintext.Length];
        Assert.True(XChaChaPoly.TryOpen(s_key, s_nonce, s_associated, sealedBytes, opened));
        Assert.Equal(plaintext, opened);
    }

    [Fact]
    public void every_byte_of_the_nonce_counts()
    {
        byte[] sealedBytes = new byte[4 + 16];
        XChaChaPoly.Seal(s_key, s_nonce, default, "text"u8, sealedBytes);
        byte[] opened = new byte[4];
        for (int i = 0; i < s_nonce.Length; i++)
        {
            byte[] other = [.. s_nonce];
            other[i] ^= 1;
            Assert.False(XChaChaPoly.TryOpen(s_key, other, default, sealedBytes, opened));
        }

        Assert.True(XChaChaPoly.TryOpen(s_key, s_nonce, default, sealedBytes, opened));
    }

    [Fact]
    public void cut_and_changed_messages_are_refused()
    {
        byte[] sealedBytes = new byte[20 + 16];
        XChaChaPoly.Seal(s_key, s_nonce, s_associated, new byte[20], sealedBytes);
        byte[] opened = new byte[20];
        for (int i = 0; i < sealedBytes.Length; i++)
        {
            Assert.False(XChaChaPoly.TryOpen(s_key, s_nonce, s_associated, sealedBytes.AsSpan(0, i), opened));
            sealedBytes[i] ^= 0x80;
            Assert.False(XChaChaPoly.TryOpen(s_key, s_nonce, s_associated, sealedBytes, opened));
            sealedBytes[i] ^= 0x80;
        }
    }

    [Fact]
    public void wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => XChaChaPoly.Seal(s_key, new byte[12], default, default, new byte[16]));
        Assert.Throws<ArgumentException>(() => XChaChaPoly.TryOpen(new byte[16], s_nonce, default, new byte[16], default));
    }
}
