using System.Globalization;
using System.Text;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>An answer to a search, or a notification (UPnP Device Architecture 2.0, sections 1.2 and 1.3.3).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">What it speaks for: the header ST of an answer, NT of a notification.</param>
/// <param name="Location">Where the description is, as it stands there; empty in a farewell.</param>
/// <param name="BootId">Changes when the device has started anew; null from devices before version 1.1.</param>
public sealed record SsdpMessage(SsdpKind Kind, string Subject, string Location, uint? BootId)
{
    /// <summary>Header lines that are read.</summary>
    public const int HeadersMax = 64;

    /// <summary>The longest value that is kept, in characters.</summary>
    public const int ValueCharactersMax = 512;

    /// <summary>Whether it speaks for a gateway as a whole.</summary>
    public bool IsOfGateway => Subject.StartsWith("urn:schemas-upnp-org:device:InternetGatewayDevice:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one. Headers it does not know are passed over, whatever they hold.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out SsdpMessage? message)
    {
        message = null;
        if (datagram.Length > PortMappingLimits.DatagramBytesMax || !TryTakeLine(ref datagram, out ReadOnlySpan<byte> first))
        {
            return false;
        }

        bool isNotification = first.SequenceEqual("NOTIFY * HTTP/1.1"u8);
        if (!isNotification && !first.StartsWith("HTTP/1.1 200"u8) && !first.StartsWith("HTTP/1.0 200"u8))
        {
            return false;
        }

        string subject = "";
        string location = "";
        string sort = "";
        uint? bootId = null;
        int lines = 0;
        while (TryTakeLine(ref datagram, out ReadOnlySpan<byte> line) && !line.IsEmpty)
        {
            int colon = line.IndexOf((byte)':');
            if (++lines > HeadersMax)
            {
                return false;
            }

            if (colon <= 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
            if (Is(name, isNotification ? "NT"u8 : "ST"u8))
            {
                subject = Text(value);
            }
            else if (Is(name, "LOCATION"u8))
            {
                location = Text(value);
            }
            else if (isNotification && Is(name, "NTS"u8))
            {
                sort = Text(value);
            }
            else if (Is(name, "BOOTID.UPNP.ORG"u8) && uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                bootId = number;
            }
        }

        SsdpKind? kind = (isNotification, sort) switch
        {
            (false, _) => SsdpKind.Answer,
            (true, "ssdp:alive") => SsdpKind.Alive,
            (true, "ssdp:byebye") => SsdpKind.ByeBye,
            _ => null,
        };
        if (kind is null || subject.Length == 0 || (location.Length == 0 && kind != SsdpKind.ByeBye))
        {
            return false;
        }

        message = new SsdpMessage(kind.Value, subject, location, bootId);
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name, expected);

    // Anything but printable ASCII, or more than a sane amount of it, is as good as nothing.
    private static string Text(ReadOnlySpan<byte> value) =>
        value.Length > ValueCharactersMax || value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) ? "" : Encoding.ASCII.GetString(value);

    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = rest.TrimEnd((byte)'\r');
            bool any = !rest.IsEmpty;
            rest = default;
            return any;
        }

        line = rest[..end].TrimEnd((byte)'\r');
        rest = rest[(end + 1)..];
        return true;
    }
}
