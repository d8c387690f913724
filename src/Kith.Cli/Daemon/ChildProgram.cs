using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Kith.Node.Control;

namespace Kith.Cli.Daemon;

/// <summary>Runs another program in the place of this one: with the same input, output and terminal, passes signals on, and returns its exit code.</summary>
internal static class ChildProgram
{
    private const int Hangup = 1;
    private const int Terminate = 15;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name, looked up in the path, or where it lies.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Variables that are set in its environment besides those of this process.</param>
    /// <returns>Its exit code; of one that a signal ended, 128 and the signal's number.</returns>
    /// <exception cref="ControlException"><see cref="ControlError.ProgramMissing"/>, <see cref="ControlError.NotPermitted"/>.</exception>
    public static async Task<int> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process child = new() { StartInfo = start };

        // Ctrl-C reaches the whole group of processes in front of the terminal: the program gets it by itself, and this one only has to survive it.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, static signal => signal.Cancel = true);
        Start(child, program);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => PassOn(signal, child, Terminate));
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => PassOn(signal, child, Hangup));
        await child.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return child.ExitCode;
    }

    private static void Start(Process child, string program)
    {
        try
        {
            child.Start();
        }
        catch (Win32Exception failure)
        {
            const int NoSuchFile = 2;
            throw failure.NativeErrorCode == NoSuchFile
                ? new ControlException(ControlError.ProgramMissing, $"There is no program {program}.", "Install it, or say where it lies.", failure)
                : new ControlException(ControlError.NotPermitted, $"{program} cannot be run: {failure.Message}.", string.Empty, failure);
        }
    }

    private static void PassOn(PosixSignalContext context, Process child, int signal)
    {
        context.Cancel = true;
        if (!OperatingSystem.IsWindows())
        {
            _ = kill(child.Id, signal);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
