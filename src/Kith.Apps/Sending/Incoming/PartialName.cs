using System.Security.Cryptography;
using System.Text;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>
/// What an unfinished file is called, in the folder where it will lie: always the same for the same sender and name, so that the next try finds it, and
/// nothing is left over that nobody finds.
/// </summary>
internal readonly record struct PartialName(string Data, string Journal)
{
    private const int HashBytes = 10;

    /// <summary>The names for a file.</summary>
    public static PartialName Of(NodeId sender, string name)
    {
        byte[] text = new byte[Bytes32.Length + Encoding.UTF8.GetByteCount(name)];
        sender.WriteTo(text);
        Encoding.UTF8.GetBytes(name, text.AsSpan(Bytes32.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        string stem = EntryName.PartialPrefix + ZBase32.Encode(hash[..HashBytes]);
        return new PartialName(stem + EntryName.PartialSuffix, stem + EntryName.JournalSuffix);
    }
}
