using System.Numerics;

namespace Kith.Protocol.Crypto;

/// <summary>
/// The arithmetic modulo 2^255 - 19 that turns an Ed25519 public key into an X25519 one. Big integers are slow and not constant-time, which
/// does not matter for public keys that are converted once each.
/// </summary>
internal static class EdwardsPoint
{
    private static readonly BigInteger s_prime = BigInteger.Pow(2, 255) - 19;

    /// <summary>-121665 / 121666 (RFC 8032 section 5.1).</summary>
    private static readonly BigInteger s_d = Reduce(-121665 * Invert(121666));

    /// <summary>u = (1 + y) / (1 - y) of an encoding that is canonical and not of small order; false if no x goes with this y.</summary>
    public static bool TryConvert(ReadOnlySpan<byte> point, Span<byte> u)
    {
        Span<byte> bytes = stackalloc byte[32];
        point.CopyTo(bytes);
        bytes[31] &= 0x7F;
        BigInteger y = new(bytes, isUnsigned: true);
        BigInteger square = y * y % s_prime;

        // x^2 = (y^2 - 1) / (d y^2 + 1). The product has the same quadratic character as the quotient and needs no inversion.
        BigInteger product = Reduce((square - 1) * ((s_d * square) + 1));
        if (!BigInteger.ModPow(product, (s_prime - 1) / 2, s_prime).IsOne)
        {
            return false;
        }

        BigInteger result = Reduce((1 + y) * Invert(Reduce(1 - y)));
        u.Clear();
        result.TryWriteBytes(u, out _, isUnsigned: true);
        return true;
    }

    private static BigInteger Invert(BigInteger value) => BigInteger.ModPow(value, s_prime - 2, s_prime);

    private static BigInteger Reduce(BigInteger value)
    {
        BigInteger remainder = value % s_prime;
        return remainder.Sign < 0 ? remainder + s_prime : remainder;
    }
}
