using System.CommandLine;
using Kith.Apps;
using Kith.Apps.Exposing;
using Kith.Apps.Targets;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith expose [PORT]`.</summary>
internal static class ExposeCommand
{
    private const string ThisMachine = "127.0.0.1";

    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "expose",
            "Offer a service of this machine to the network, also after a restart; without a port, list what is offered",
            "kith expose 8080                          for everybody in the network",
            "kith expose 8080 --as web --to laptop     for one device, which finds it as web",
            "kith expose 631 --to admin                for admins only",
            "kith expose 192.168.1.9:80 --as printer   what runs on another machine that this one reaches",
            "kith expose                               what is offered",
            "kith expose --stop web");
        Argument<string?> service = new("PORT")
        {
            Description = "The port on this machine, or HOST:PORT",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> name = new("--as") { Description = "The name under which others find it (default: tcp- and the port)", HelpName = "NAME" };
        Option<string[]> to = new("--to")
        {
            Description = "Who may use it: a device, or the role member or admin; may be given several times (default: every member)",
            HelpName = "DEVICE|ROLE",
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<ushort?> port = new("--port") { Description = "The port that others use (default: the same)", HelpName = "N", CustomParser = Parsers.Port };
        Option<string?> network = new("--network") { Description = "The network it is for; may be left out if there is only one", HelpName = "NETWORK" };
        Option<string?> stop = new("--stop") { Description = "Offer it no more", HelpName = "NAME|PORT" };
        command.Add(service);
        command.Add(name);
        command.Add(to);
        command.Add(port);
        command.Add(network);
        command.Add(stop);
        command.SetAction(async (result, cancellationToken) =>
        {
            string? what = result.GetValue(service);
            string? stopped = result.GetValue(stop);
            if (stopped is not null)
            {
                ServiceStatus ended = await options
                    .AskAsync(result, node => services.Services(node).UnexposeAsync(new UnexposeRequest(stopped), cancellationToken)).ConfigureAwait(false);
                options.Print(result, ended, AppsJson.Default.ServiceStatus, value => services.Terminal.WriteLine($"{value.Name} is offered no more."));
                return ExitCodes.Done;
            }

            if (what is null)
            {
                IReadOnlyList<ServiceStatus> all = await options.AskAsync(result, node => services.Services(node).GetServicesAsync(cancellationToken)).ConfigureAwait(false);
                options.Print(result, all, AppsJson.Default.IReadOnlyListServiceStatus, value => Write(services.Terminal, value));
                return ExitCodes.Done;
            }

            (string host, int hostPort) = Read(what);
            ExposeRequest request = new(result.GetValue(name), result.GetValue(port) ?? hostPort, host, hostPort, result.GetValue(to) ?? [], result.GetValue(network));
            ServiceStatus status = await options.AskAsync(result, node => services.Services(node).ExposeAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, status, AppsJson.Default.ServiceStatus, value =>
                services.Terminal.WriteLine($"{value.Name}: {value.Target} is port {value.Port} of this device for {Who(value)}."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static (string Host, int Port) Read(string text)
    {
        if (DeviceTarget.TryParsePort(text, out int port))
        {
            return (ThisMachine, port);
        }

        return DeviceTarget.TryParse(text, out DeviceTarget? target) && target.Service is null
            ? (target.Device, target.Port)
            : throw new ControlException(ControlError.Usage, $"'{text}' is no port and no HOST:PORT.", "How it goes: kith expose --help");
    }

    private static string Who(ServiceStatus service)
    {
        string who = string.Join(", ", service.To);
        return service.Network is null ? who : $"{who} in {service.Network}";
    }

    private static void Write(Terminal terminal, IReadOnlyList<ServiceStatus> services)
    {
        if (services.Count == 0)
        {
            terminal.Remark("This device offers nothing. Offer something with: kith expose PORT");
            return;
        }

        TextTable table = new(string.Empty, "SERVICE", "PORT", "WHERE IT RUNS", "FOR", "PROBLEM");
        foreach (ServiceStatus service in services)
        {
            table.Add(
                (service.Name, TextStyle.Bold),
                (service.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), TextStyle.Plain),
                (service.Target, TextStyle.Plain),
                (Who(service), TextStyle.Plain),
                (service.Problem ?? string.Empty, TextStyle.Red));
        }

        foreach (string line in table.Lines(terminal))
        {
            terminal.WriteLine(line);
        }
    }
}
