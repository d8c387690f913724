using System.Text.Json;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>How a failed command says so.</summary>
internal static class FailureReport
{
    /// <summary>Writes the failure to the error stream, what happened in one line and what to do in the next, and returns the exit code.</summary>
    public static int Write(Terminal terminal, ControlException failure, bool asJson)
    {
        if (asJson)
        {
            ControlFailure body = new(failure.Error, failure.Message, failure.Advice);
            terminal.Error.WriteLine(JsonSerializer.Serialize(body, ControlJson.Default.ControlFailure));
        }
        else
        {
            terminal.Error.WriteLine("kith: " + failure.Message);
            if (failure.Advice.Length > 0)
            {
                terminal.Error.WriteLine("      " + failure.Advice);
            }
        }

        return (int)failure.Error;
    }
}
