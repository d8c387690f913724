using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Kith.Cli.Commands;
using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>The whole command line: reads it, runs the command, turns every failure into a line and an exit code.</summary>
internal static class KithCommandLine
{
    /// <summary>The examples of `kith --help`.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "kith up --detach                 start; the first time this founds the network `home`",
        "kith invite                      prints an invite for one more device, good for 24 hours",
        "kith up --detach --join INVITE   on the other device",
        "kith status                      who is there, and on which path",
        "kith ping laptop",
        "kith forward 8080 nas:80         port 80 of nas is http://localhost:8080",
        "kith ssh nas",
    ];

    /// <summary>Runs a command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, CommandServices services)
    {
        arguments = PassedOn.Separate(arguments);
        RootCommand root = Create(services, out GlobalOptions options);
        ParseResult result = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool asJson = result.GetResult(options.Json) is not null && arguments.Contains("--json", StringComparer.Ordinal);
        try
        {
            if (result.Action is ParseErrorAction)
            {
                throw Misunderstood(result);
            }

            InvocationConfiguration configuration = new()
            {
                Output = services.Terminal.Output,
                Error = services.Terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await result.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception exception) when (FailureTranslation.TryTranslate(exception, out ControlException? failure))
        {
            return FailureReport.Write(services.Terminal, failure, asJson);
        }
#pragma warning disable CA1031 // The last net: a person gets one line and not a stack of calls.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ControlException fault = new(
                ControlError.Internal,
                $"Kith met a fault of its own: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}",
                "Please report it; KITH_LOG=debug shows more.");
            int code = FailureReport.Write(services.Terminal, fault, asJson);
            if (services.ReadEnvironment("KITH_LOG") is "debug" or "trace")
            {
                await services.Terminal.Error.WriteLineAsync(exception.ToString()).ConfigureAwait(false);
            }

            return code;
        }
    }

    private static RootCommand Create(CommandServices services, out GlobalOptions options)
    {
        GlobalOptions global = new(services);
        options = global;
        RootCommand root = new("Kith: your devices and your friends' devices on one private network, with no server in the middle.");
        root.Directives.Clear();
        root.Options.Add(global.State);
        root.Options.Add(global.Json);
        root.Add(UpCommand.Create(global, services));
        root.Add(DownCommand.Create(global, services));
        root.Add(StatusCommand.Create(global, services));
        root.Add(IdCommand.Create(global, services));
        root.Add(DoctorCommand.Create(global, services));
        root.Add(WhyCommand.Create(global, services));
        root.Add(DhtCommand.Create(global, services));
        root.Add(NetworksCommand.Create(global, services));
        root.Add(CreateCommand.Create(global, services));
        root.Add(LeaveCommand.Create(global, services));
        root.Add(InviteCommand.Create(global, services));
        root.Add(DnsRecordCommand.Create(global, services));
        root.Add(JoinCommand.Create(global, services));
        root.Add(MembersCommand.Create(global, services));
        root.Add(PingCommand.Create(global, services));
        root.Add(RenameCommand.Create(global, services));
        root.Add(RoleCommand.Create(global, services));
        root.Add(RevokeCommand.Create(global, services));
        root.Add(ForwardCommand.Create(global, services));
        root.Add(ExposeCommand.Create(global, services));
        root.Add(ServicesCommand.Create(global, services));
        root.Add(PipeCommand.Create(global, services));
        root.Add(SendCommand.Create(global, services));
        root.Add(ReceiveCommand.Create(global, services));
        root.Add(ProxyCommand.Create(global, services));
        root.Add(SshCommand.Create(global, services));
        root.Add(RunCommand.Create(global, services));
        root.Add(RunCommand.CreateCurl(global, services));
        root.Add(ConnectCommand.Create(global, services));
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction inner } help)
            {
                HelpWithExamples action = new(inner);
                help.Action = action;
                root.SetAction(result =>
                {
                    action.Invoke(result);
                    return (int)ControlError.Usage;
                });
            }
            else if (option is VersionOption version)
            {
                version.Action = new VersionAction();
            }
        }

        return root;
    }

    private static ControlException Misunderstood(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string name = command is RootCommand ? "kith" : "kith " + command.Name;
        return new ControlException(ControlError.Usage, result.Errors[0].Message, $"How it goes: {name} --help");
    }
}
