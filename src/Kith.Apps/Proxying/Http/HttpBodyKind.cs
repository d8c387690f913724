namespace Kith.Apps.Proxying.Http;

/// <summary>How the body of a request ends (RFC 9112 section 6.3).</summary>
internal enum HttpBodyKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>After as many bytes as Content-Length says.</summary>
    Counted,

    /// <summary>After the last chunk and its trailer.</summary>
    Chunked,
}
