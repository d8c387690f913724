namespace Kith.Lab.Harness;

/// <summary>What a finished command left behind.</summary>
/// <param name="CommandLine">The command as it was given.</param>
/// <param name="ExitCode">Its exit code; 128 + signal number if a signal ended it, so 137 also stands for the time limit.</param>
/// <param name="Output">Everything it wrote to standard output.</param>
/// <param name="Error">Everything it wrote to standard error.</param>
/// <param name="Elapsed">From start to exit.</param>
internal sealed record LabResult(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    /// <summary>True if the command said that it succeeded.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>Standard output without surrounding white space.</summary>
    public string Text => Output.Trim();

    /// <summary>Returns this result, or fails the test with both outputs in the message.</summary>
    public LabResult EnsureSuccess() =>
        Succeeded ? this : throw new LabException(ToString());

    public override string ToString() =>
        $"`{CommandLine}` exited {ExitCode} after {Elapsed.TotalSeconds:0.0} s\n--- output\n{Output}--- error\n{Error}";
}
