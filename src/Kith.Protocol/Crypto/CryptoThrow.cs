using System.Diagnostics.CodeAnalysis;

namespace Kith.Protocol.Crypto;

/// <summary>Throwing code, kept out of the paths that packets take.</summary>
internal static class CryptoThrow
{
    [DoesNotReturn]
    public static void WrongLength() => throw new ArgumentException("A key, nonce, signature or destination has the wrong length.");

    public static void IfLengthIsNot(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length != length)
        {
            WrongLength();
        }
    }

    public static void IfShorterThan(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length < length)
        {
            WrongLength();
        }
    }
}
