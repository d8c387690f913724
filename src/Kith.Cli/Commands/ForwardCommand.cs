using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Kith.Apps;
using Kith.Apps.Forwarding;
using Kith.Apps.Targets;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith forward LOCALPORT DEVICE:PORT …`.</summary>
internal static class ForwardCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "forward",
            "Make ports of devices ports of this machine, until Ctrl-C",
            "kith forward 8080 nas:80              http://localhost:8080 is port 80 of nas",
            "kith forward 5432 nas:db 6379 pi:6379  two at once; db is a service that nas exposes",
            "kith forward 0 nas:22 --json          any free port, which is printed");
        Argument<string[]> pairs = new("LOCALPORT DEVICE:PORT")
        {
            Description = "A port here (0 for any free one) and where it leads: the device, and its port or the name of a service it exposes; several pairs",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<IPAddress[]> bind = AppArguments.Bind();
        command.Add(pairs);
        command.Add(bind);
        command.SetAction((result, cancellationToken) =>
        {
            IReadOnlyList<ForwardRule> rules = ReadRules(result.GetRequiredValue(pairs));
            IReadOnlyList<IPAddress> addresses = result.GetValue(bind) ?? [];
            bool asJson = result.GetValue(options.Json);
            return options.UseAsync(result, (node, transport) => RunAsync(node, transport, rules, addresses, services, asJson, cancellationToken));
        });
        return command;
    }

    private static async Task<int> RunAsync(
        INodeControl node,
        IKithTransport transport,
        IReadOnlyList<ForwardRule> rules,
        IReadOnlyList<IPAddress> addresses,
        CommandServices services,
        bool asJson,
        CancellationToken cancellationToken)
    {
        // A device that does not exist is said at once; one that is offline may come.
        IReadOnlyList<NetworkStatus> networks = await node.GetMembersAsync(null, cancellationToken).ConfigureAwait(false);
        foreach (ForwardRule rule in rules)
        {
            MemberStatus member = DeviceLookup.Find(networks, rule.Target.Device).Member;
            if (!member.Online)
            {
                services.Terminal.Remark($"{member.Name} is not reachable now; connections will be carried once it is.");
            }
        }

        using Forwarder forwarder = new(transport, problem => FailureReport.Write(services.Terminal, problem, asJson));
        foreach (ForwardRule rule in rules)
        {
            ForwardStatus status = forwarder.Open(rule, addresses);
            services.Terminal.WriteLine(asJson
                ? JsonSerializer.Serialize(status, AppsJson.Default.ForwardStatus)
                : $"{string.Join(" and ", status.Listening)} -> {status.Target}");
        }

        await services.Terminal.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        using StopSignals signals = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
        await forwarder.RunAsync(stop.Token).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static List<ForwardRule> ReadRules(string[] words)
    {
        List<ForwardRule> rules = [];
        for (int index = 0; index < words.Length; index += 2)
        {
            if (!int.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > ushort.MaxValue)
            {
                throw Misunderstood($"'{words[index]}' is no port: it must be a number from 1 to 65535, or 0 for any free one.");
            }

            if (index + 1 == words.Length)
            {
                throw Misunderstood($"It is not said where port {port} leads.");
            }

            rules.Add(DeviceTarget.TryParse(words[index + 1], out DeviceTarget? target)
                ? new ForwardRule(port, target)
                : throw Misunderstood($"'{words[index + 1]}' is no DEVICE:PORT and no DEVICE:SERVICE."));
        }

        return rules;
    }

    private static ControlException Misunderstood(string message) => new(ControlError.Usage, message, "How it goes: kith forward --help");
}
