using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>The form of the names of devices and networks: one DNS label (RFC 1035 section 2.3.1, RFC 1123 section 2.1) in lower case.</summary>
public static class DeviceName
{
    /// <summary>The longest name, in characters and bytes.</summary>
    public const int LengthMax = 63;

    /// <summary>Whether this is 1 to 63 of a–z, 0–9 and hyphen, with no hyphen at either end.</summary>
    public static bool IsValid([NotNullWhen(true)] string? name) => name is not null && IsLabel(name);

    /// <summary>The nearest valid name to what a machine calls itself, such as its host name; "device" where nothing of it can be used.</summary>
    public static string FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder label = new(LengthMax);
        foreach (char character in text)
        {
            char lower = char.ToLowerInvariant(character);
            bool usable = char.IsAsciiLetterLower(lower) || char.IsAsciiDigit(lower);
            if (character == '.' && label.Length > 0)
            {
                break;
            }

            if (label.Length == LengthMax)
            {
                break;
            }

            if (usable || (label.Length > 0 && label[^1] != '-'))
            {
                label.Append(usable ? lower : '-');
            }
        }

        string name = label.ToString().Trim('-');
        return name.Length == 0 ? "device" : name;
    }

    /// <summary>The name with a number after it, shortened so that it stays valid: <c>pi</c> and 2 make <c>pi-2</c>.</summary>
    public static string WithNumber(string name, int number)
    {
        ArgumentNullException.ThrowIfNull(name);
        string suffix = string.Create(CultureInfo.InvariantCulture, $"-{number}");
        string stem = name.Length + suffix.Length <= LengthMax ? name : name[..(LengthMax - suffix.Length)].TrimEnd('-');
        return stem + suffix;
    }

    internal static bool TryRead(ref SpanReader reader, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!reader.TryReadByte(out byte length) || length > LengthMax || !reader.TryReadBytes(length, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        name = Encoding.Latin1.GetString(bytes);
        return IsLabel(name);
    }

    internal static void Write(ref SpanWriter writer, string name)
    {
        writer.WriteByte((byte)name.Length);
        Encoding.Latin1.GetBytes(name, writer.Take(name.Length));
    }

    private static bool IsLabel(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > LengthMax || name[0] == '-' || name[^1] == '-')
        {
            return false;
        }

        foreach (char character in name)
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')
            {
                return false;
            }
        }

        return true;
    }
}
