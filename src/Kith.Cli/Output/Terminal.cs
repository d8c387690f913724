namespace Kith.Cli.Output;

/// <summary>Where a command writes: results to the output, everything else to the error stream. Not thread-safe.</summary>
internal sealed class Terminal
{
    private const int WidthWhenUnknown = 100;

    /// <summary>Makes a terminal over two writers.</summary>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives failures and remarks.</param>
    /// <param name="isInteractive">Whether a person looks at the output.</param>
    /// <param name="useColor">Whether the output may be styled with ANSI sequences.</param>
    /// <param name="width">The width in characters.</param>
    public Terminal(TextWriter output, TextWriter error, bool isInteractive = false, bool useColor = false, int width = WidthWhenUnknown)
    {
        Output = output;
        Error = error;
        IsInteractive = isInteractive;
        UseColor = useColor;
        Width = width;
    }

    /// <summary>Receives results.</summary>
    public TextWriter Output { get; }

    /// <summary>Receives failures and remarks.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person looks at the output.</summary>
    public bool IsInteractive { get; }

    /// <summary>Whether the output may be styled.</summary>
    public bool UseColor { get; }

    /// <summary>The width in characters.</summary>
    public int Width { get; }

    /// <summary>The terminal of this process. `NO_COLOR` (no-color.org) and `TERM=dumb` are honoured.</summary>
    public static Terminal OfProcess()
    {
        bool isInteractive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        bool useColor = isInteractive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        int width = isInteractive && Console.WindowWidth > 0 ? Console.WindowWidth : WidthWhenUnknown;
        return new Terminal(Console.Out, Console.Error, isInteractive, useColor, width);
    }

    /// <summary>Writes a line of the result.</summary>
    public void WriteLine(string text = "") => Output.WriteLine(text);

    /// <summary>Writes a remark: something a person wants to read and a script does not.</summary>
    public void Remark(string text = "") => Error.WriteLine(text);

    /// <summary>The text in a style, or as it is if styles may not be used.</summary>
    public string Styled(string text, TextStyle style) => !UseColor || style == TextStyle.Plain || text.Length == 0
        ? text
        : $"\e[{(int)style}m{text}\e[0m";
}
