using System.Diagnostics;
using System.Text.Json;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon.Logging;
using Kith.Node.Control;

namespace Kith.Cli.Daemon;

/// <summary>
/// `kith up --detach`: this program starts itself a second time, hands its options over through the second one's input (an invite must
/// not show in the list of processes), and waits until the control socket answers or the second one has failed and said why.
/// </summary>
internal static class Background
{
    /// <summary>Set in the environment of the second process.</summary>
    public const string Variable = "KITH_DETACHED";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private const UnixFileMode OwnerOnlyDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Starts the second process and waits for it. Returns its exit code if it failed, otherwise null: the node is ready.</summary>
    public static async Task<int?> StartAsync(CommandServices services, NodeStartOptions options, bool asJson, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(StartInfo(options.StateDirectory, asJson))
            ?? throw new ControlException(ControlError.Internal, "The background process could not be started.");
        string json = JsonSerializer.Serialize(options, StartOptionsJson.Default.NodeStartOptions);
        try
        {
            await process.StandardInput.WriteAsync(json.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read them; its exit code and its words follow below.
        }

        Task<string> words = process.StandardError.ReadToEndAsync(cancellationToken);
        Task ended = process.WaitForExitAsync(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ended.IsCompleted)
            {
                await services.Terminal.Error.WriteAsync(await words.ConfigureAwait(false)).ConfigureAwait(false);
                return process.ExitCode == 0 ? (int)ControlError.Internal : process.ExitCode;
            }

            if (await AnswersAsync(services, options.StateDirectory, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            await Task.WhenAny(ended, Task.Delay(Pause, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>In the second process: reads what the first one handed over.</summary>
    public static NodeStartOptions ReadOptions(TextReader input)
    {
        string json = input.ReadToEnd();
        NodeStartOptions? options = JsonSerializer.Deserialize(json, StartOptionsJson.Default.NodeStartOptions);
        if (options?.Join is not null)
        {
            SecretText.Wipe(json);
        }

        return options ?? throw new ControlException(ControlError.Internal, "The background process was given no options.");
    }

    /// <summary>In the second process: opens the log, and makes the state directory if this is the first start.</summary>
    public static LogFile OpenLog(string stateDirectory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(stateDirectory);
            }
            else
            {
                Directory.CreateDirectory(stateDirectory, OwnerOnlyDirectory);
            }

            return new LogFile(stateDirectory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ControlException(
                ControlError.StateNotWritable,
                $"The state directory {stateDirectory} cannot be written: {exception.Message}",
                "Run as a user who may write it, or choose another one with --state DIR.",
                exception);
        }
    }

    /// <summary>
    /// In the second process, once it is sure to come up: lets go of the starter's terminal and pipes. What the runtime itself may still
    /// have to say when it dies goes to the log.
    /// </summary>
    public static void LeaveStarter(LogFile log)
    {
        Posix.StartSession();
        using FileStream nothing = new("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        Posix.ReplaceStandardStream(nothing.SafeFileHandle, 0);
        using FileStream last = new(log.FilePath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Posix.ReplaceStandardStream(last.SafeFileHandle, 1);
        Posix.ReplaceStandardStream(last.SafeFileHandle, 2);
    }

    private static async Task<bool> AnswersAsync(CommandServices services, string stateDirectory, CancellationToken cancellationToken)
    {
        if (!File.Exists(ControlSocketPath.For(stateDirectory)))
        {
            return false;
        }

        try
        {
            INodeControl node = services.Connect(stateDirectory);
            await using (node.ConfigureAwait(false))
            {
                await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
        catch (ControlException failure) when (failure.Error == ControlError.NodeNotRunning)
        {
            return false;
        }
    }

    private static ProcessStartInfo StartInfo(string stateDirectory, bool asJson)
    {
        string program = Environment.ProcessPath ?? throw new ControlException(ControlError.Internal, "The program does not know its own path.");
        ProcessStartInfo info = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            info.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        info.ArgumentList.Add("up");
        info.ArgumentList.Add("--state");
        info.ArgumentList.Add(stateDirectory);
        if (asJson)
        {
            info.ArgumentList.Add("--json");
        }

        info.Environment[Variable] = "1";
        return info;
    }
}
