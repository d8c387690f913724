using System.Numerics;
using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

/// <summary>Keys, points and signatures as an attacker would choose them.</summary>
public sealed class HostileKeyTests
{
    private static readonly BigInteger s_prime = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger s_order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>u of every point of small order on the curve and its twist.</summary>
    private static readonly BigInteger[] s_smallOrderU =
    [
        0, 1, s_prime - 1,
        Number(Hex.Bytes("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")),
        Number(Hex.Bytes("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")),
    ];

    /// <summary>y of every point of small order on the Edwards curve.</summary>
    private static readonly BigInteger[] s_smallOrderY =
    [
        0, 1, s_prime - 1,
        Number(Hex.Bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
        Number(Hex.Bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
    ];

    public static TheoryData<string> SmallOrderPublicKeys
    {
        get
        {
            TheoryData<string> keys = [];
            foreach (BigInteger u in s_smallOrderU)
            {
                foreach (byte[] encoding in Encodings(u))
                {
                    keys.Add(Hex.Text(encoding));
                }
            }

            return keys;
        }
    }

    public static TheoryData<string> SmallOrderSigners
    {
        get
        {
            TheoryData<string> keys = [];
            foreach (BigInteger y in s_smallOrderY)
            {
                foreach (byte[] encoding in Encodings(y))
                {
                    keys.Add(Hex.Text(encoding));
                }
            }

            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(SmallOrderPublicKeys))]
    public void agreement_with_a_point_of_small_order_is_refused(string publicKey)
    {
        Random random = new(11);
        byte[] privateKey = new byte[32];
        byte[] shared = new byte[32];
        for (int i = 0; i < 20; i++)
        {
            random.NextBytes(privateKey);
            shared.AsSpan().Fill(0xAA);
            Assert.False(X25519.TryAgree(privateKey, Hex.Bytes(publicKey), shared));
            Assert.True(shared.AsSpan().IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void other_public_keys_are_taken_modulo_p_and_without_their_top_bit()
    {
        byte[] privateKey = Enumerable.Repeat((byte)0x77, 32).ToArray();
        byte[] expected = new byte[32];
        byte[] actual = new byte[32];
        for (int u = 2; u < 19; u++)
        {
            Assert.True(X25519.TryAgree(privateKey, Bytes(u), expected));
            foreach (byte[] encoding in Encodings(u))
            {
                Assert.True(X25519.TryAgree(privateKey, encoding, actual));
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallOrderSigners))]
    public void a_signer_of_small_order_is_refused_although_the_equation_holds(string publicKey)
    {
        // With S = 0 and R of small order, one message in eight at least satisfies the equation for a key of small order.
        byte[] key = Hex.Bytes(publicKey);
        byte[] signature = new byte[64];
        byte[] converted = new byte[32];
        foreach (BigInteger y in s_smallOrderY)
        {
            Bytes(y).CopyTo(signature, 0);
            for (byte message = 0; message < 16; message++)
            {
                Assert.False(Ed25519.Verify(key, [message], signature));
            }
        }

        Assert.False(Ed25519.TryConvertPublicKey(key, converted));
        Assert.True(converted.AsSpan().IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void points_of_small_order_on_one_curve_are_such_on_the_other()
    {
        // y = 1 is the neutral element and has no u. The rest must map onto the table that libcrypto confirmed above.
        foreach (BigInteger y in s_smallOrderY.Where(y => !y.IsOne))
        {
            BigInteger u = Modulo((1 + y) * BigInteger.ModPow(Modulo(1 - y), s_prime - 2, s_prime));
            Assert.Contains(u, s_smallOrderU);
        }
    }

    [Fact]
    public void encodings_that_are_not_canonical_are_not_public_keys()
    {
        byte[] converted = new byte[32];
        for (int excess = 0; excess < 19; excess++)
        {
            Assert.False(Ed25519.TryConvertPublicKey(Bytes(s_prime + excess), converted));
            Assert.False(Ed25519.Verify(Bytes(s_prime + excess), default, new byte[64]));
        }
    }

    [Fact]
    public void exactly_the_points_of_the_curve_are_public_keys()
    {
        // Checked against the other form of the curve: u is on it if and only if u^3 + 486662 u^2 + u is a square (RFC 7748 section 4.1).
        Random random = new(23);
        byte[] bytes = new byte[32];
        byte[] converted = new byte[32];
        int accepted = 0;
        const int Rounds = 2000;
        for (int i = 0; i < Rounds; i++)
        {
            random.NextBytes(bytes);
            BigInteger y = Number(bytes) % BigInteger.Pow(2, 255);
            BigInteger u = Modulo((1 + y) * BigInteger.ModPow(Modulo(1 - y), s_prime - 2, s_prime));
            BigInteger right = Modulo((u * u * u) + (486662 * u * u) + u);
            bool expected = BigInteger.ModPow(right, (s_prime - 1) / 2, s_prime).IsOne;
            Assert.Equal(expected, Ed25519.TryConvertPublicKey(bytes, converted));
            if (expected)
            {
                accepted++;
                Assert.Equal(Bytes(u), converted);
            }
        }

        Assert.InRange(accepted, Rounds * 4 / 10, Rounds * 6 / 10);
    }

    [Fact]
    public void adding_the_group_order_to_s_makes_no_second_signature()
    {
        byte[] seed = new byte[32];
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        for (byte i = 0; i < 50; i++)
        {
            seed[0] = i;
            Ed25519.DerivePublicKey(seed, publicKey);
            Ed25519.Sign(seed, [i], signature);
            Assert.True(Ed25519.Verify(publicKey, [i], signature));
            BigInteger s = Number(signature.AsSpan(32));
            for (int times = 1; s + (times * s_order) < BigInteger.Pow(2, 256); times++)
            {
                byte[] second = [.. signature[..32], .. Bytes(s + (times * s_order))];
                Assert.False(Ed25519.Verify(publicKey, [i], second));
            }
        }
    }

    [Fact]
    public void every_bit_of_a_signature_a_key_and_a_message_counts()
    {
        byte[] seed = Enumerable.Repeat((byte)3, 32).ToArray();
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        byte[] message = [1, 2, 3, 4];
        Ed25519.DerivePublicKey(seed, publicKey);
        Ed25519.Sign(seed, message, signature);
        foreach (byte[] part in new[] { publicKey, signature, message })
        {
            for (int bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Ed25519.Verify(publicKey, message, signature));
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.True(Ed25519.Verify(publicKey, message, signature));
    }

    [Fact]
    public void keys_and_signatures_of_other_lengths_are_a_defect_of_the_caller()
    {
        Assert.Throws<ArgumentException>(() => Ed25519.Verify(new byte[31], default, new byte[64]));
        Assert.Throws<ArgumentException>(() => Ed25519.Verify(new byte[32], default, new byte[63]));
        Assert.Throws<ArgumentException>(() => Ed25519.Sign(new byte[32], default, new byte[63]));
        Assert.Throws<ArgumentException>(() => Ed25519.Sign(new byte[33], default, new byte[64]));
        Assert.Throws<ArgumentException>(() => X25519.TryAgree(new byte[32], new byte[31], new byte[32]));
        Assert.Throws<ArgumentException>(() => X25519.DerivePublicKey(new byte[30], new byte[32]));
    }

    /// <summary>Every encoding in 32 bytes that means this number: as it is, plus p where that fits, each with and without the top bit.</summary>
    private static IEnumerable<byte[]> Encodings(BigInteger value)
    {
        foreach (BigInteger number in new[] { value, value + s_prime }.Where(number => number < BigInteger.Pow(2, 255)))
        {
            yield return Bytes(number);
            yield return Bytes(number + BigInteger.Pow(2, 255));
        }
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    private static BigInteger Modulo(BigInteger value) => ((value % s_prime) + s_prime) % s_prime;

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = new byte[32];
        Assert.True(number.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }
}
