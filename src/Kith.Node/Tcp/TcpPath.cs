using System.Security.Cryptography;
using System.Text;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Node.Tcp;

/// <summary>
/// The one path of a node's TLS port at which there is anything: a slash and 26 characters that follow from the node's id. Who does not know the id, and that
/// is whoever is neither a member nor invited, finds an empty web server.
/// </summary>
internal static class TcpPath
{
    /// <summary>Characters after the slash: 130 bits.</summary>
    public const int Length = 26;

    /// <summary>The path of a node.</summary>
    public static string Of(NodeId node)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.KeyedHash(node.ToArray(), "kith tcp path 1"u8, hash);
        return "/" + ZBase32.Encode(hash)[..Length];
    }

    /// <summary>Whether a request's path is <paramref name="own"/>; takes the same time however much of it is right.</summary>
    public static bool Is(string own, string? path) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(own), Encoding.UTF8.GetBytes(path ?? ""));
}
