using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Kith.Cli.CommandLine;

/// <summary>The library's help, and below it our examples; for `kith` itself also the exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _inner;

    /// <summary>Wraps the library's help.</summary>
    public HelpWithExamples(HelpAction inner)
    {
        _inner = inner;
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = _inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        IReadOnlyList<string> examples = command is KithCommand own ? own.Examples : KithCommandLine.Examples;
        output.WriteLine("Examples:");
        foreach (string example in examples)
        {
            output.WriteLine("  " + example);
        }

        if (command is RootCommand)
        {
            output.WriteLine();
            output.WriteLine("Exit codes:");
            foreach (string line in ExitCodes.Lines())
            {
                output.WriteLine("  " + line);
            }
        }

        return code;
    }
}
