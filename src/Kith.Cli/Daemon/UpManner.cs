namespace Kith.Cli.Daemon;

/// <summary>How a running node shows itself.</summary>
internal enum UpManner
{
    /// <summary>Lines of text: a welcome, then the log.</summary>
    Plain,

    /// <summary>A view that is drawn again and again, for a person at a terminal.</summary>
    Live,

    /// <summary>The status as JSON once it is up, the log on the error stream.</summary>
    Json,

    /// <summary>Nothing: the log goes to a file.</summary>
    Background,
}
