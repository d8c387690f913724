using System.Diagnostics.CodeAnalysis;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>Where a tracker is: <c>udp://HOST:PORT</c> with anything behind it, or an address of HTTP or HTTPS.</summary>
public sealed record TrackerUrl
{
    /// <summary>The longest text in characters.</summary>
    public const int LengthMax = 512;

    private TrackerUrl(TrackerScheme scheme, Uri uri, string host, string text)
    {
        Scheme = scheme;
        Host = host;
        Port = (ushort)uri.Port;
        Text = text;
        PathAndQuery = uri.PathAndQuery;
    }

    /// <summary>How it is spoken to.</summary>
    public TrackerScheme Scheme { get; }

    /// <summary>The name or address, IPv6 without brackets.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public ushort Port { get; }

    /// <summary>The whole in its canonical form. May hold a pass key of a private tracker.</summary>
    public string Text { get; }

    /// <summary>What HTTP asks for.</summary>
    public string PathAndQuery { get; }

    /// <summary>How people are shown it: without what may be a pass key.</summary>
    public string Display => $"{Text[..Text.IndexOf("://", StringComparison.Ordinal)]}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>Reads one; false for other schemes, for <c>udp</c> without a port, for one with a user's name in it, and for what is too long.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TrackerUrl? url)
    {
        url = null;
        if (text is null || text.Length > LengthMax || text.Any(static character => char.IsWhiteSpace(character) || char.IsControl(character))
            || !Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            || uri.UserInfo.Length > 0 || uri.Port is <= 0 or > ushort.MaxValue
            || uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
            || HostOf(uri) is not { } host)
        {
            return false;
        }

        TrackerScheme? scheme = uri.Scheme switch
        {
            "udp" => TrackerScheme.Udp,
            "http" => TrackerScheme.Http,
            "https" => TrackerScheme.Https,
            _ => null,
        };
        string canonical = CanonicalOf(uri);
        url = scheme is { } known && canonical.Length <= LengthMax && IsSettled(uri, canonical) ? new TrackerUrl(known, uri, host, canonical) : null;
        return url is not null;
    }

    private static string CanonicalOf(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);

    // An escape within an escape ("%%36") becomes another one each time it is read.
    private static bool IsSettled(Uri uri, string canonical) =>
        Uri.TryCreate(canonical, UriKind.Absolute, out Uri? again) && CanonicalOf(again) == canonical && again.PathAndQuery == uri.PathAndQuery;

    // A name that is none by the rules of international names is found out only when it is asked for; an address with a scope means nothing to others.
    private static string? HostOf(Uri uri)
    {
        try
        {
            return uri.IdnHost.Contains('%', StringComparison.Ordinal) ? null : uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
