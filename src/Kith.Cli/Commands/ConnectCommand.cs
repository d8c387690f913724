using System.CommandLine;
using Kith.Apps.Copying;
using Kith.Apps.Targets;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith connect DEVICE PORT`.</summary>
internal static class ConnectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "connect",
            "Join the input and output to a port of a device, for scripts and as ssh's ProxyCommand",
            "kith connect nas 80",
            "kith connect nas web             a service that nas exposes",
            "ssh -o ProxyCommand='kith connect %h %p' nas");
        Argument<string> device = Arguments.Device();
        Argument<string> port = new("PORT") { Description = "The port, or the name of a service" };
        command.Add(device);
        command.Add(port);
        command.SetAction((result, cancellationToken) =>
        {
            string end = result.GetRequiredValue(port);
            DeviceTarget target = DeviceTarget.TryParsePort(end, out int number) ? new DeviceTarget(result.GetRequiredValue(device), number)
                : ServiceName.IsValid(end) ? new DeviceTarget(result.GetRequiredValue(device), 0, end)
                : throw new ControlException(ControlError.Usage, $"'{end}' is no port and no name of a service.", "How it goes: kith connect --help");
            return options.UseAsync(result, (_, transport) => RunAsync(transport, target, cancellationToken));
        });
        return command;
    }

    private static async Task<int> RunAsync(IKithTransport transport, DeviceTarget target, CancellationToken cancellationToken)
    {
        WatchedEnd far = await TargetDialer.DialWatchedAsync(transport, target, cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StandardEnd local = new(readsNothing: false, closesOutput: true);
        CopyResult result = await DuplexCopy.RunAsync(local, far, stop.Token).ConfigureAwait(false);
        return local.OutputProblem is { } full ? throw full
            : result == CopyResult.Cancelled ? ExitCodes.Interrupted
            : result == CopyResult.FarBroke ? throw far.Problem ?? new ControlException(ControlError.ConnectionLost, $"The connection to {target} broke: it was reset there, or the link was lost.", string.Empty)
            : ExitCodes.Done;
    }
}
