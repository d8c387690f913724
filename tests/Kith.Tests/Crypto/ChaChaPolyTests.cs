using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

public sealed class ChaChaPolyTests
{
    private const string Sunscreen = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";

    private static readonly byte[] s_key = Enumerable.Range(0x80, 32).Select(i => (byte)i).ToArray();
    private static readonly byte[] s_nonce = Hex.Bytes("070000004041424344454647");
    private static readonly byte[] s_associated = Hex.Bytes("50515253c0c1c2c3c4c5c6c7");

    [Fact]
    public void the_example_of_rfc_8439_section_2_8_2_seals_and_opens()
    {
        byte[] expected = Hex.Bytes("""
            d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
            92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116
            1ae10b594f09e26a7e902ecbd0600691
            """);
        byte[] plaintext = System.Text.Encoding.ASCII.GetBytes(Sunscreen);
        using ChaChaPoly cipher = new();
        byte[] sealedBytes = new byte[plaintext.Length + 16];
        cipher.Seal(s_key, s_nonce, s_associated, plaintext, sealedBytes);
        Assert.Equal(expected, sealedBytes);
        byte[] opened = new byte[plaintext.Length];
        Assert.True(cipher.TryOpen(s_key, s_nonce, s_associated, sealedBytes, opened));
        Assert.Equal(plaintext, opened);
    }

    [Fact]
    public void the_decryption_example_of_rfc_8439_appendix_a5_opens()
    {
        byte[] key = Hex.Bytes("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
        byte[] nonce = Hex.Bytes("000000000102030405060708");
        byte[] associated = Hex.Bytes("f33388860000000000004e91");
        byte[] sealedBytes = Hex.Bytes("""
            64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf
            332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4
            b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a
            0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29
            a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38
            """);
        using ChaChaPoly cipher = new();
        byte[] opened = new byte[sealedBytes.Length - 16];
        Assert.True(cipher.TryOpen(key, nonce, associated, sealedBytes, opened));
        string text = System.Text.Encoding.UTF8.GetString(opened);
        Assert.StartsWith("Internet-Drafts are draft documents valid for a maximum of six months", text, StringComparison.Ordinal);
        Assert.EndsWith("/“work in progress./”", text, StringComparison.Ordinal);
    }

    [Fact]
    public void a_counter_is_four_zero_bytes_and_a_little_endian_number()
    {
        using ChaChaPoly cipher = new();
        byte[] byCounter = new byte[5 + 16];
        byte[] byNonce = new byte[5 + 16];
        cipher.Seal(s_key, 0x0102030405060708, default, "hello"u8, byCounter);
        cipher.Seal(s_key, Hex.Bytes("000000000807060504030201"), default, "hello"u8, byNonce);
        Assert.Equal(byNonce, byCounter);
        byte[] opened = new byte[5];
        Assert.True(cipher.TryOpen(s_key, 0x0102030405060708, default, byNonce, opened));
        Assert.Equal("hello"u8, opened);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1420)]
    [InlineData(65535)]
    public void sealing_and_opening_in_place_give_what_separate_buffers_give(int length)
    {
        byte[] plaintext = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        byte[] expected = new byte[length + 16];
        byte[] buffer = new byte[length + 16];
        plaintext.CopyTo(buffer, 0);
        using ChaChaPoly cipher = new();
        cipher.Seal(s_key, 7, s_associated, plaintext, expected);
        cipher.Seal(s_key, 7, s_associated, buffer.AsSpan(0, length), buffer);
        Assert.Equal(expected, buffer);
        Assert.True(cipher.TryOpen(s_key, 7, s_associated, buffer, buffer));
        Assert.Equal(plaintext, buffer[..length]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(700)]
    public void any_changed_bit_anywhere_is_refused_and_leaves_only_zeros(int length)
    {
        byte[] sealedBytes = new byte[length + 16];
        byte[] associated = [1, 2, 3];
        using ChaChaPoly cipher = new();
        cipher.Seal(s_key, 1, associated, new byte[length], sealedBytes);
        byte[] opened = new byte[length];
        for (int bit = 0; bit < sealedBytes.Length * 8; bit++)
        {
            sealedBytes[bit / 8] ^= (byte)(1 << (bit % 8));
            opened.AsSpan().Fill(0xAA);
            Assert.False(cipher.TryOpen(s_key, 1, associated, sealedBytes, opened));
            Assert.True(opened.AsSpan().IndexOfAnyExcept((byte)0) < 0);
            sealedBytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int cut = 0; cut < sealedBytes.Length; cut++)
        {
            Assert.False(cipher.TryOpen(s_key, 1, associated, sealedBytes.AsSpan(0, cut), opened));
        }

        Assert.False(cipher.TryOpen(s_key, 1, [1, 2, 4], sealedBytes, opened));
        Assert.False(cipher.TryOpen(s_key, 1, [1, 2], sealedBytes, opened));
        Assert.False(cipher.TryOpen(s_key, 1, default, sealedBytes, opened));
        Assert.False(cipher.TryOpen(s_key, 2, associated, sealedBytes, opened));
        Assert.True(cipher.TryOpen(s_key, 1, associated, sealedBytes, opened));
    }

    [Fact]
    public void keys_may_change_from_packet_to_packet_and_be_forgotten_between()
    {
        byte[][] keys = [s_key, new byte[32], Enumerable.Repeat((byte)9, 32).ToArray()];
        byte[] sealedBytes = new byte[3 + 16];
        byte[] expected = new byte[3 + 16];
        byte[] opened = new byte[3];
        using ChaChaPoly kept = new();
        for (int i = 0; i < 60; i++)
        {
            byte[] key = keys[i * 7 / 3 % keys.Length];
            using ChaChaPoly fresh = new();
            fresh.Seal(key, (ulong)i, default, "abc"u8, expected);
            kept.Seal(key, (ulong)i, default, "abc"u8, sealedBytes);
            Assert.Equal(expected, sealedBytes);
            Assert.True(kept.TryOpen(key, (ulong)i, default, sealedBytes, opened));
            if (i % 5 == 0)
            {
                kept.ForgetKeys();
            }
        }
    }

    [Fact]
    public void nothing_is_allocated_per_packet()
    {
        byte[] buffer = new byte[1420 + 16];
        using ChaChaPoly cipher = new();
        Loop(cipher, buffer, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Loop(cipher, buffer, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Loop(ChaChaPoly cipher, byte[] buffer, int count)
        {
            for (int i = 0; i < count; i++)
            {
                cipher.Seal(s_key, (ulong)i, default, buffer.AsSpan(0, 1420), buffer);
                cipher.TryOpen(s_key, (ulong)i, default, buffer, buffer);
            }
        }
    }

    [Fact]
    public void wrong_lengths_are_refused_before_anything_is_written()
    {
        using ChaChaPoly cipher = new();
        Assert.Throws<ArgumentException>(() => cipher.Seal(new byte[31], 0, default, default, new byte[16]));
        Assert.Throws<ArgumentException>(() => cipher.Seal(s_key, new byte[11], default, default, new byte[16]));
        Assert.Throws<ArgumentException>(() => cipher.Seal(s_key, 0, default, new byte[1], new byte[16]));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(s_key, 0, default, new byte[18], new byte[1]));
    }

    [Fact]
    public void a_disposed_cipher_says_so()
    {
        ChaChaPoly cipher = new();
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.Seal(s_key, 0, default, default, new byte[16]));
    }
}
