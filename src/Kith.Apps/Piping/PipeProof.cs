using System.Security.Cryptography;
using System.Text;

namespace Kith.Apps.Piping;

/// <summary>The two proofs that both ends know the pipe's name, bound to both devices and to this meeting.</summary>
internal static class PipeProof
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceBytes = 16;

    /// <summary>Bytes of a proof: HMAC-SHA-256.</summary>
    public const int Bytes = 32;

    /// <summary>What the one who is called proves.</summary>
    public static byte[] OfCalled(ReadOnlySpan<byte> key, string caller, string called, ReadOnlySpan<byte> callersNonce, ReadOnlySpan<byte> calledsNonce) =>
        Make("accept", key, caller, called, callersNonce, calledsNonce);

    /// <summary>What the caller proves.</summary>
    public static byte[] OfCaller(ReadOnlySpan<byte> key, string caller, string called, ReadOnlySpan<byte> callersNonce, ReadOnlySpan<byte> calledsNonce) =>
        Make("go", key, caller, called, callersNonce, calledsNonce);

    private static byte[] Make(string purpose, ReadOnlySpan<byte> key, string caller, string called, ReadOnlySpan<byte> callersNonce, ReadOnlySpan<byte> calledsNonce) =>
        HMACSHA256.HashData(key, [.. Encoding.ASCII.GetBytes($"{purpose} {caller} {called} "), .. callersNonce, .. calledsNonce]);
}
