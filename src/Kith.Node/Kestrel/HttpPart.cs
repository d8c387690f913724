namespace Kith.Node.Kestrel;

/// <summary>Which connections of a port an endpoint takes.</summary>
internal enum HttpPart
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those that do not begin as HTTP/2.</summary>
    Http1,

    /// <summary>Those that begin with the preface of HTTP/2 (RFC 9113 section 3.4).</summary>
    Http2,
}
