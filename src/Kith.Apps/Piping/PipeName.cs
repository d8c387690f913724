using System.Security.Cryptography;
using System.Text;

namespace Kith.Apps.Piping;

/// <summary>
/// The name by which two devices find each other for a pipe. Who does not know it learns nothing of it from the protocol's name, which holds a hash of it, and cannot
/// pass for the other end, which proves that it knows the name.
/// </summary>
internal static class PipeName
{
    /// <summary>The most bytes of a name.</summary>
    public const int BytesMax = 128;

    private const string Consonants = "bdfghjklmnprstvz";
    private const string Vowels = "aiou";
    private const int GeneratedWords = 3;
    private const int HashBytes = 20;

    /// <summary>Whether this is a name: visible characters, spaces inside allowed.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) <= BytesMax && text.Trim().Length == text.Length && !text.Any(char.IsControl);

    /// <summary>A fresh name of 48 random bits that can be told over the telephone: three proquints (arXiv:0901.4016).</summary>
    public static string Generate()
    {
        StringBuilder name = new();
        for (int word = 0; word < GeneratedWords; word++)
        {
            int bits = RandomNumberGenerator.GetInt32(1 << 16);
            name.Append(word == 0 ? string.Empty : "-").Append(Proquint(bits));
        }

        return name.ToString();
    }

    /// <summary>Sixteen bits as five letters that can be spoken.</summary>
    public static string Proquint(int bits) =>
        new([Consonants[bits >> 12], Vowels[(bits >> 10) & 3], Consonants[(bits >> 6) & 15], Vowels[(bits >> 4) & 3], Consonants[bits & 15]]);

    /// <summary>The named protocol of a pipe of that name: <c>pipe/</c> and the first 20 bytes of SHA-256(<c>kith pipe meeting 1</c>, 0, name) in hexadecimal.</summary>
    public static string ToProtocol(string name) => "pipe/" + Convert.ToHexStringLower(Hash("kith pipe meeting 1", name).AsSpan(0, HashBytes));

    /// <summary>The named protocol under which a device waits for another one without a name.</summary>
    /// <param name="other">The node id of the other one.</param>
    public static string ToProtocolFor(string other) => "pipe/to/" + other;

    /// <summary>The key of the proofs: SHA-256(<c>kith pipe proof 1</c>, 0, name).</summary>
    public static byte[] ToKey(string name) => Hash("kith pipe proof 1", name);

    private static byte[] Hash(string purpose, string name) => SHA256.HashData([.. Encoding.ASCII.GetBytes(purpose), 0, .. Encoding.UTF8.GetBytes(name)]);
}
