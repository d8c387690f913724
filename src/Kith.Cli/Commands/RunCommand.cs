using System.CommandLine;
using Kith.Apps.Proxying;
using Kith.Apps.Running;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith run -- PROGRAM …` and `kith curl …`.</summary>
internal static class RunCommand
{
    /// <summary>Makes `kith run`.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "run",
            "Run a program that reaches devices by name through a proxy made for it; its exit code is that of the program",
            "kith run -- curl http://nas/",
            "kith run -- git clone http://nas:3000/notes.git",
            "kith run --only -- firefox       nothing but devices of the network");
        Option<bool> only = new("--only") { Description = "Refuse what is no device of the network; otherwise that goes straight" };
        Argument<string[]> program = new("PROGRAM") { Description = "The program and its arguments", Arity = ArgumentArity.OneOrMore };
        command.Add(only);
        command.Add(program);
        command.SetAction((result, _) =>
        {
            string[] words = result.GetRequiredValue(program);
            return RunAsync(options, services, result, words[0], words[1..], result.GetValue(only));
        });
        return command;
    }

    /// <summary>Makes `kith curl`.</summary>
    public static Command CreateCurl(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("curl", "Run curl so that it reaches devices by name; the same as kith run -- curl", "kith curl http://nas/", "kith curl -sS -o photo.jpg http://nas:8080/photo.jpg");
        Argument<string[]> arguments = new("ARGUMENTS") { Description = "What curl takes", Arity = ArgumentArity.OneOrMore };
        command.Add(arguments);
        command.SetAction((result, _) => RunAsync(options, services, result, "curl", result.GetRequiredValue(arguments), only: false));
        return command;
    }

    private static Task<int> RunAsync(GlobalOptions options, CommandServices services, ParseResult result, string program, string[] arguments, bool only) =>
        options.UseAsync(result, (node, transport) => RunAsync(node, transport, services, program, arguments, only));

    private static async Task<int> RunAsync(INodeControl node, IKithTransport transport, CommandServices services, string program, string[] arguments, bool only)
    {
        await node.GetNetworksAsync(CancellationToken.None).ConfigureAwait(false);
        ProxyOptions options = new() { SocksPort = 0, HttpPort = 0, SendsRestStraight = !only };
        using ProxyServer server = ProxyServer.Open(node, transport, options, problem => FailureReport.Write(services.Terminal, problem, asJson: false));
        using CancellationTokenSource stop = new();
        Task serving = server.RunAsync(stop.Token);
        int code = await ChildProgram.RunAsync(program, arguments, ProxyEnvironment.Of(server.Status.SocksPort!.Value, server.Status.HttpPort!.Value)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await serving.ConfigureAwait(false);
        return code;
    }
}
