using System.Security.Cryptography;
using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

/// <summary>Ten thousand random inputs each, wherever two implementations are at hand.</summary>
public sealed class CrossCheckTests
{
    private const int Rounds = 10_000;

    [Fact]
    public void chacha_poly_agrees_with_the_base_class_library()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        using ChaChaPoly kith = new();
        byte[] key = new byte[32];
        byte[] nonce = new byte[12];
        ChaCha20Poly1305 library = new(key);
        for (int i = 0; i < Rounds; i++)
        {
            // The key stays the same for a while, as it does in a session.
            if (random.Next(4) == 0)
            {
                random.NextBytes(key);
                library.Dispose();
                library = new ChaCha20Poly1305(key);
            }

            random.NextBytes(nonce);
            byte[] plaintext = Bytes(random, 600);
            byte[] associated = Bytes(random, 400);
            byte[] expected = new byte[plaintext.Length + 16];
            byte[] actual = new byte[plaintext.Length + 16];
            library.Encrypt(nonce, plaintext, expected.AsSpan(0, plaintext.Length), expected.AsSpan(plaintext.Length), associated);
            kith.Seal(key, nonce, associated, plaintext, actual);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"seal differs: seed {seed}, round {i}");
            byte[] opened = new byte[plaintext.Length];
            Assert.True(kith.TryOpen(key, nonce, associated, expected, opened) && opened.AsSpan().SequenceEqual(plaintext), $"open fails: seed {seed}, round {i}");

            expected[random.Next(expected.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(kith.TryOpen(key, nonce, associated, expected, opened), $"a changed message opens: seed {seed}, round {i}");
        }

        library.Dispose();
    }

    [Fact]
    public void blake2s_agrees_with_libcrypto()
    {
        Assert.SkipUnless(LibCryptoReference.IsThere, "libcrypto.so.3 is not installed");
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] hash = new byte[32];
        for (int i = 0; i < Rounds; i++)
        {
            byte[] data = Bytes(random, 400);
            Blake2s.Hash(data, hash);
            Assert.True(LibCryptoReference.Blake2s(data).AsSpan().SequenceEqual(hash), $"hash differs: seed {seed}, round {i}");
            int cut = random.Next(data.Length + 1);
            Blake2s.Hash(data.AsSpan(0, cut), data.AsSpan(cut), hash);
            Assert.True(LibCryptoReference.Blake2s(data).AsSpan().SequenceEqual(hash), $"hash of two differs: seed {seed}, round {i}");
        }
    }

    [Fact]
    public void keyed_blake2s_agrees_with_libcrypto()
    {
        Assert.SkipUnless(LibCryptoReference.IsThere, "libcrypto.so.3 is not installed");
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] mac = new byte[32];
        for (int i = 0; i < Rounds; i++)
        {
            byte[] key = new byte[random.Next(1, 33)];
            random.NextBytes(key);
            byte[] data = Bytes(random, 300);
            Blake2s.KeyedHash(key, data, mac);
            Assert.True(LibCryptoReference.KeyedBlake2s(key, data).AsSpan().SequenceEqual(mac), $"keyed hash differs: seed {seed}, round {i}");
        }
    }

    [Fact]
    public void hmac_agrees_with_libcrypto()
    {
        Assert.SkipUnless(LibCryptoReference.IsThere, "libcrypto.so.3 is not installed");
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] mac = new byte[32];
        for (int i = 0; i < Rounds; i++)
        {
            byte[] key = Bytes(random, 140);
            byte[] data = Bytes(random, 300);
            HmacBlake2s.Compute(key, data, mac);
            Assert.True(LibCryptoReference.HmacBlake2s(key, data).AsSpan().SequenceEqual(mac), $"hmac differs: seed {seed}, round {i}");
        }
    }

    [Fact]
    public void both_ends_of_an_agreement_agree()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] a = new byte[32];
        byte[] b = new byte[32];
        byte[] aPublic = new byte[32];
        byte[] bPublic = new byte[32];
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        for (int i = 0; i < Rounds; i++)
        {
            random.NextBytes(a);
            random.NextBytes(b);
            X25519.DerivePublicKey(a, aPublic);
            X25519.DerivePublicKey(b, bPublic);
            Assert.True(X25519.TryAgree(a, bPublic, one) && X25519.TryAgree(b, aPublic, other), $"refused: seed {seed}, round {i}");
            Assert.True(one.AsSpan().SequenceEqual(other), $"differ: seed {seed}, round {i}");
        }
    }

    [Fact]
    public void ed25519_seeds_and_public_keys_convert_to_one_x25519_pair()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] edSeed = new byte[32];
        byte[] edPublic = new byte[32];
        byte[] xPrivate = new byte[32];
        byte[] xPublic = new byte[32];
        byte[] converted = new byte[32];
        for (int i = 0; i < Rounds; i++)
        {
            random.NextBytes(edSeed);
            Ed25519.DerivePublicKey(edSeed, edPublic);
            Ed25519.ConvertSeed(edSeed, xPrivate);
            X25519.DerivePublicKey(xPrivate, xPublic);
            Assert.True(Ed25519.TryConvertPublicKey(edPublic, converted), $"refused: seed {seed}, round {i}");
            Assert.True(xPublic.AsSpan().SequenceEqual(converted), $"differ: seed {seed}, round {i}");
        }
    }

    [Fact]
    public void signatures_verify_and_one_changed_bit_makes_them_worthless()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] edSeed = new byte[32];
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        for (int i = 0; i < Rounds; i++)
        {
            random.NextBytes(edSeed);
            byte[] message = Bytes(random, 200);
            Ed25519.DerivePublicKey(edSeed, publicKey);
            Ed25519.Sign(edSeed, message, signature);
            Assert.True(Ed25519.Verify(publicKey, message, signature), $"refused: seed {seed}, round {i}");
            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            Assert.False(Ed25519.Verify(publicKey, message, signature), $"accepted: seed {seed}, round {i}");
        }
    }

    private static byte[] Bytes(Random random, int lengthMax)
    {
        byte[] bytes = new byte[random.Next(lengthMax + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}
