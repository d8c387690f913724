using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Kith.Apps.Proxying.Http;

/// <summary>
/// The head of a request to a proxy: CONNECT with an authority, or any other method with an absolute URI of http (RFC 9112 section 3.2). Strict: what two readers could
/// take for two different requests is refused.
/// </summary>
/// <param name="Method">The method.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Path">Path and query, as they go to the server; empty for CONNECT.</param>
/// <param name="Headers">All fields.</param>
/// <param name="Body">How the body ends.</param>
/// <param name="BodyBytes">How long it is, if it is counted.</param>
internal sealed record HttpRequestHead(string Method, ProxyDestination Destination, string Path, IReadOnlyList<HttpHeader> Headers, HttpBodyKind Body, long BodyBytes)
{
    /// <summary>The most bytes of a head.</summary>
    public const int BytesMax = 32 * 1024;

    /// <summary>The most fields of a head.</summary>
    public const int HeadersMax = 128;

    private const string Scheme = "http://";
    private const int HttpPort = 80;

    /// <summary>Whether the bytes after the head go through as they are.</summary>
    public bool IsConnect => Method == "CONNECT";

    /// <summary>Reads a head from the beginning of what came.</summary>
    public static ParseStatus TryDecode(ReadOnlySpan<byte> input, out HttpRequestHead? head, out int consumed)
    {
        head = null;
        consumed = 0;
        int end = input.IndexOf("\r\n\r\n"u8);
        if (end < 0 || end + 4 > BytesMax)
        {
            return end < 0 && input.Length < BytesMax && !HasLoneLineEnd(input) ? ParseStatus.Incomplete : ParseStatus.Invalid;
        }

        ReadOnlySpan<byte> rest = input[..(end + 2)];
        if (!TryReadLine(ref rest, out ReadOnlySpan<byte> first)
            || !TryReadRequestLine(first, out string? method, out ProxyDestination destination, out string? path)
            || !TryReadHeaders(rest, out List<HttpHeader>? headers)
            || !TryReadBody(headers, out HttpBodyKind body, out long bodyBytes)
            || (method == "CONNECT" && body != HttpBodyKind.None))
        {
            return ParseStatus.Invalid;
        }

        consumed = end + 4;
        head = new HttpRequestHead(method, destination, path, headers, body, bodyBytes);
        return ParseStatus.Done;
    }

    /// <summary>The head as it goes to the server: the path alone, without the fields that concern this hop, and the connection ends after the answer.</summary>
    public byte[] ToServer()
    {
        HashSet<string> dropped = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "Upgrade", "TE", "Host" };
        foreach (HttpHeader header in Headers.Where(static header => header.Is("Connection") || header.Is("Proxy-Connection")))
        {
            // Named there are fields for this hop only; the two that frame the body are not for the sender to take away.
            dropped.UnionWith(header.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(static name => !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)));
        }

        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Method} {Path} HTTP/1.1\r\nHost: {Authority()}\r\n");
        foreach (HttpHeader header in Headers.Where(header => !dropped.Contains(header.Name)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Name}: {header.Value}\r\n");
        }

        text.Append("Connection: close\r\n\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private string Authority()
    {
        string host = Destination.Host.Contains(':', StringComparison.Ordinal) ? $"[{Destination.Host}]" : Destination.Host;
        return Destination.Port == HttpPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{Destination.Port}");
    }

    private static bool HasLoneLineEnd(ReadOnlySpan<byte> input)
    {
        int feed = input.IndexOf((byte)'\n');
        return feed == 0 || (feed > 0 && input[feed - 1] != '\r');
    }

    private static bool TryReadLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOf("\r\n"u8);
        line = end < 0 ? [] : rest[..end];
        rest = end < 0 ? [] : rest[(end + 2)..];
        return end >= 0;
    }

    private static bool TryReadRequestLine(ReadOnlySpan<byte> line, [NotNullWhen(true)] out string? method, out ProxyDestination destination, [NotNullWhen(true)] out string? path)
    {
        method = path = null;
        destination = default;
        int space = line.IndexOf((byte)' ');
        if (space <= 0 || !(line.EndsWith(" HTTP/1.1"u8) || line.EndsWith(" HTTP/1.0"u8)) || line.Length - 9 <= space || !HttpSyntax.IsToken(line[..space]))
        {
            return false;
        }

        ReadOnlySpan<byte> target = line[(space + 1)..^9];
        if (target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
        {
            return false;
        }

        method = Encoding.ASCII.GetString(line[..space]);
        if (method == "CONNECT")
        {
            path = string.Empty;
            return TryReadAuthority(target, 0, out destination);
        }

        if (target.Length < Scheme.Length || !Ascii.EqualsIgnoreCase(target[..Scheme.Length], Scheme))
        {
            return false;
        }

        ReadOnlySpan<byte> after = target[Scheme.Length..];
        int slash = after.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        ReadOnlySpan<byte> place = slash < 0 ? [] : after[slash..];
        path = (place.StartsWith("/"u8) ? string.Empty : "/") + Encoding.ASCII.GetString(place);
        return !place.Contains((byte)'#') && TryReadAuthority(slash < 0 ? after : after[..slash], HttpPort, out destination);
    }

    private static bool TryReadAuthority(ReadOnlySpan<byte> text, int defaultPort, out ProxyDestination destination)
    {
        destination = default;
        ReadOnlySpan<byte> host = text;
        ReadOnlySpan<byte> port = [];
        bool isBracketed = text.StartsWith("["u8);
        int close = isBracketed ? text.IndexOf((byte)']') : -1;
        if (isBracketed)
        {
            if (close < 0 || (close + 1 < text.Length && text[close + 1] != ':'))
            {
                return false;
            }

            host = text[1..close];
            port = close + 2 <= text.Length ? text[(close + 2)..] : [];
        }
        else if (text.IndexOf((byte)':') is >= 0 and int colon)
        {
            host = text[..colon];
            port = text[(colon + 1)..];
        }

        int number = defaultPort;
        if ((port.Length > 0 || defaultPort == 0) && !Targets.DeviceTarget.TryParsePort(Encoding.ASCII.GetString(port), out number))
        {
            return false;
        }

        destination = new ProxyDestination(Encoding.ASCII.GetString(host), number);
        return ProxyDestination.IsHost(host) && isBracketed == host.Contains((byte)':');
    }

    private static bool TryReadHeaders(ReadOnlySpan<byte> rest, [NotNullWhen(true)] out List<HttpHeader>? headers)
    {
        headers = [];
        while (TryReadLine(ref rest, out ReadOnlySpan<byte> line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || headers.Count == HeadersMax || !HttpSyntax.IsToken(line[..colon]) || !HttpSyntax.IsFieldValue(line))
            {
                return false;
            }

            headers.Add(new HttpHeader(Encoding.ASCII.GetString(line[..colon]), Encoding.Latin1.GetString(HttpSyntax.Trim(line[(colon + 1)..]))));
        }

        return rest.Length == 0;
    }

    private static bool TryReadBody(List<HttpHeader> headers, out HttpBodyKind kind, out long bytes)
    {
        kind = HttpBodyKind.None;
        bytes = 0;
        foreach (HttpHeader header in headers)
        {
            bool isChunked = header.Is("Transfer-Encoding");
            if (!isChunked && !header.Is("Content-Length"))
            {
                continue;
            }

            // Two of them, equal or not, are how requests are smuggled past a proxy.
            if (kind != HttpBodyKind.None
                || (isChunked && !header.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                || (!isChunked && !long.TryParse(header.Value, NumberStyles.None, CultureInfo.InvariantCulture, out bytes)))
            {
                return false;
            }

            kind = isChunked ? HttpBodyKind.Chunked : HttpBodyKind.Counted;
        }

        return true;
    }
}
