using System.Buffers;
using System.Text;

namespace Kith.Protocol.Core.Applications;

/// <summary>
/// What a dialler says first on <see cref="ApplicationConstants.Port"/>: one byte with the length of the name, then the name, 1 to 64 of
/// <c>a-z 0-9 . _ / -</c> (docs/protocol/82-streams.md).
/// </summary>
public static class ProtocolPreface
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._/-"u8);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._/-");

    /// <summary>Whether a text can name a protocol.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= ApplicationConstants.NameBytesMax } && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>Writes a preface; returns its length. <paramref name="destination"/> has <see cref="ApplicationConstants.PrefaceBytesMax"/> bytes.</summary>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static int Encode(string name, Span<byte> destination)
    {
        if (!IsName(name))
        {
            throw new ArgumentException("That is no name of a protocol.", nameof(name));
        }

        destination[0] = (byte)name.Length;
        return 1 + Encoding.ASCII.GetBytes(name, destination[1..]);
    }

    /// <summary>Reads a preface from the beginning of a stream.</summary>
    /// <param name="bytes">What has arrived so far.</param>
    /// <param name="name">The name; empty unless it is whole.</param>
    /// <param name="length">Bytes of the preface.</param>
    public static PrefaceParse TryDecode(ReadOnlySpan<byte> bytes, out string name, out int length)
    {
        name = string.Empty;
        length = 0;
        if (bytes.IsEmpty)
        {
            return PrefaceParse.Incomplete;
        }

        int count = bytes[0];
        ReadOnlySpan<byte> rest = bytes[1..];
        rest = rest[..Math.Min(count, rest.Length)];
        if (count is 0 or > ApplicationConstants.NameBytesMax || rest.ContainsAnyExcept(NameBytes))
        {
            return PrefaceParse.Malformed;
        }

        if (rest.Length < count)
        {
            return PrefaceParse.Incomplete;
        }

        name = Encoding.ASCII.GetString(rest);
        length = 1 + count;
        return PrefaceParse.Ok;
    }
}
