namespace Kith.Apps.Proxying.Http;

/// <summary>A field of a request's head, as it was sent.</summary>
internal readonly record struct HttpHeader(string Name, string Value)
{
    /// <summary>Whether this is the field of that name; case does not matter.</summary>
    public bool Is(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}
