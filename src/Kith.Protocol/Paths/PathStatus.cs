namespace Kith.Protocol.Paths;

/// <summary>What is known of one path.</summary>
public enum PathStatus
{
    /// <summary>Never tried.</summary>
    Unknown,

    /// <summary>Pings are on their way; nothing came back yet.</summary>
    Probing,

    /// <summary>A ping was answered, and nothing speaks against it since.</summary>
    Working,

    /// <summary>Pings in a row went unanswered.</summary>
    Failed,
}
