using System.CommandLine;
using Kith.Apps.Sending;
using Kith.Apps.Sending.Incoming;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith receive`.</summary>
internal static class ReceiveCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "receive",
            "Receive what other members send with kith send, until Ctrl-C; asks before it takes anything",
            "kith receive                            into the folder where it is started",
            "kith receive --to Downloads --once      ends after one transfer",
            "kith receive --from laptop --from pi    takes what these send without asking",
            "kith receive --yes --to /srv/in --rename --json");
        Option<string?> to = new("--to") { Description = "The folder that receives; made if it is missing (default: the current one)", HelpName = "DIR" };
        Option<string[]> from = new("--from")
        {
            Description = "Take everything from this device without asking; may be given several times",
            HelpName = "DEVICE",
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> yes = new("--yes", "-y") { Description = "Take everything from every member without asking" };
        Option<bool> once = new("--once") { Description = "End after one transfer that came to its end" };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace files that are there and differ, without asking" };
        Option<bool> rename = new("--rename") { Description = "Give files another name where one is there and differs: photo (2).jpg" };
        Option<bool> keep = new("--keep") { Description = "Keep files that are there and differ, without asking" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Say only what went wrong" };
        command.Add(to);
        command.Add(from);
        command.Add(yes);
        command.Add(once);
        command.Add(overwrite);
        command.Add(rename);
        command.Add(keep);
        command.Add(quiet);
        command.SetAction(async (result, cancellationToken) =>
        {
            ReceiveOptions receive = new()
            {
                Target = result.GetValue(to) ?? Environment.CurrentDirectory,
                Trusted = result.GetValue(from) ?? [],
                AcceptAll = result.GetValue(yes),
                Once = result.GetValue(once),
                Conflicts = Choose(result.GetValue(overwrite), result.GetValue(rename), result.GetValue(keep)),
            };
            bool asJson = result.GetValue(options.Json);
            bool canAsk = !asJson && services.CanAsk();
            if (!canAsk && !receive.AcceptAll && receive.Trusted.Count == 0)
            {
                throw new ControlException(ControlError.Usage, "Nobody can be asked here whether to take what comes.", "Say --from DEVICE, or --yes for every member.");
            }

            using StopSignals signals = new();
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            TransferScreen screen = new(services.Terminal, isSender: false, asJson, result.GetValue(quiet));
            await using (screen.ConfigureAwait(false))
            {
                using TerminalQuestions questions = new(screen, services.Input());
                return await options.UseAsync(result, (node, transport) => RunAsync(node, new Receiver(transport, receive, canAsk ? questions : null, screen), receive, screen, signals, stop.Token))
                    .ConfigureAwait(false);
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        INodeControl node,
        Receiver receiver,
        ReceiveOptions receive,
        TransferScreen screen,
        StopSignals signals,
        CancellationToken cancellationToken)
    {
        if (receive.Trusted.Count > 0)
        {
            // A name mistyped here would be found out only when somebody sends.
            IReadOnlyList<NetworkStatus> networks = await node.GetMembersAsync(null, cancellationToken).ConfigureAwait(false);
            foreach (string device in receive.Trusted)
            {
                DeviceLookup.Find(networks, device);
            }
        }

        bool wasBusy = false;
        using CancellationTokenRegistration stopping = cancellationToken.Register(() => wasBusy = screen.IsBusy);
        try
        {
            TransferTotals totals = await receiver.RunAsync(cancellationToken).ConfigureAwait(false);
            return totals.IsComplete ? ExitCodes.Done : ExitCodes.No;
        }
        catch (OperationCanceledException) when (signals.Received is not null)
        {
            return wasBusy || receive.Once ? ExitCodes.Interrupted : ExitCodes.Done;
        }
    }

    private static ConflictPolicy Choose(bool overwrite, bool rename, bool keep) => (overwrite, rename, keep) switch
    {
        (true, false, false) => ConflictPolicy.Overwrite,
        (false, true, false) => ConflictPolicy.Rename,
        (false, false, true) => ConflictPolicy.Keep,
        (false, false, false) => ConflictPolicy.Ask,
        _ => throw new ControlException(ControlError.Usage, "Only one of --overwrite, --rename and --keep can be meant.", "How it goes: kith receive --help"),
    };
}
