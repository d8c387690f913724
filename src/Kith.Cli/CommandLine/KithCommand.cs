using System.CommandLine;

namespace Kith.Cli.CommandLine;

/// <summary>A command with examples for its help.</summary>
internal sealed class KithCommand : Command
{
    /// <summary>Makes a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, one line.</param>
    /// <param name="examples">Command lines, each with a remark after two spaces if it needs one.</param>
    public KithCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
    }

    /// <summary>Command lines to learn from.</summary>
    public IReadOnlyList<string> Examples { get; }
}
