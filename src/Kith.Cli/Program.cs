using Kith.Cli;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;

return await KithCommandLine.RunAsync(args, new CommandServices
{
    Terminal = Terminal.OfProcess(),
    Host = new NodeHost(),
    ReadIdentity = NodeHost.ReadIdentity,
    CleanUp = NodeHost.CleanUp,
}).ConfigureAwait(false);
