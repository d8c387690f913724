namespace Kith.Apps.Services;

/// <summary>How a <see cref="ServiceCall"/> went.</summary>
internal enum ServiceAnswerKind : byte
{
    /// <summary>The program behind the service is connected, and the stream is its own from here on.</summary>
    Connected = 0,

    /// <summary>There is no such service for this caller: none at all, or none that it may use. Nobody can tell which.</summary>
    Unknown = 1,

    /// <summary>As many connections as there may be are open already.</summary>
    Full = 2,

    /// <summary>The caller may use it, and no program takes connections where it leads.</summary>
    NothingBehind = 3,
}
