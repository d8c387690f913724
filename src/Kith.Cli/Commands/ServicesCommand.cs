using System.CommandLine;
using System.Globalization;
using Kith.Apps;
using Kith.Apps.Services;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;

namespace Kith.Cli.Commands;

/// <summary>`kith services [NETWORK]`.</summary>
internal static class ServicesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "services",
            "List what the other devices offer to this one; what this one offers, kith expose lists",
            "kith services",
            "kith services home --json");
        Argument<string?> network = Arguments.OptionalNetwork();
        command.Add(network);
        command.SetAction(async (result, cancellationToken) =>
        {
            IReadOnlyList<DeviceServices> devices = await options.UseAsync(result, (node, transport) =>
                ServiceCatalog.AskAllAsync(node, transport, result.GetValue(network), cancellationToken)).ConfigureAwait(false);
            options.Print(result, devices, AppsJson.Default.IReadOnlyListDeviceServices, value => Write(services.Terminal, value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<DeviceServices> devices)
    {
        TextTable table = new(string.Empty, "DEVICE", "SERVICE", "PORT", "ADDRESS");
        bool isEmpty = true;
        foreach ((DeviceServices device, OfferedService service) in devices.SelectMany(static device => device.Services.Select(service => (device, service))))
        {
            isEmpty = false;
            table.Add(
                (device.Device, TextStyle.Bold),
                (service.Name, TextStyle.Plain),
                (service.Port.ToString(CultureInfo.InvariantCulture), TextStyle.Plain),
                (device.Address, TextStyle.Dim));
        }

        if (isEmpty)
        {
            terminal.Remark("No device that is reachable offers anything to this one. On one of them: kith expose PORT");
        }
        else
        {
            foreach (string line in table.Lines(terminal))
            {
                terminal.WriteLine(line);
            }
        }

        string[] away = [.. devices.Where(static device => !device.Online).Select(static device => device.Device)];
        if (away.Length > 0)
        {
            terminal.Remark($"Not reachable, and so not asked: {string.Join(", ", away)}");
        }

        foreach (DeviceServices device in devices.Where(static device => device.Online && device.Problem is not null))
        {
            terminal.Remark($"{device.Device} could not be asked: {device.Problem!.TrimEnd('.')}.");
        }
    }
}
