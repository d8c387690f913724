using Kith.Cli;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;

SecretText.OwnArguments = args;
return await KithCommandLine.RunAsync(args, new CommandServices
{
    Terminal = Terminal.OfProcess(),
    Host = new NodeHost(),
    ReadIdentity = NodeHost.ReadIdentity,
    CleanUp = NodeHost.CleanUp,
}).ConfigureAwait(false);
