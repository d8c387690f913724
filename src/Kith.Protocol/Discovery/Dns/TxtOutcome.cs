namespace Kith.Protocol.Discovery.Dns;

/// <summary>How a question for TXT records ended.</summary>
public enum TxtOutcome
{
    /// <summary>The name has TXT records.</summary>
    Found,

    /// <summary>The name is there and has none.</summary>
    NoRecord,

    /// <summary>There is no such name (NXDOMAIN).</summary>
    NoName,

    /// <summary>The answer was cut off: ask again over TCP.</summary>
    Truncated,

    /// <summary>The server is at fault or will not answer.</summary>
    Failed,
}
