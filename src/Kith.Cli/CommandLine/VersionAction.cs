using System.CommandLine;
using System.CommandLine.Invocation;
using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>`kith --version`.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine("kith " + KithVersion.Text);
        return ExitCodes.Done;
    }
}
