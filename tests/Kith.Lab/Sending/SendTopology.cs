using System.Globalization;
using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Emulator;
using Kith.Lab.Harness;
using Kith.Node.Control;

namespace Kith.Lab.Sending;

/// <summary>
/// Two members that send files to each other, without a TUN device:
/// <code>
///     laptop ── cable with conditions ── switch ── nas
/// </code>
/// </summary>
internal sealed class SendTopology : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private SendTopology(LabNetwork lab, LabLink cable, KithHost laptop, KithHost nas)
    {
        Lab = lab;
        Cable = cable;
        Laptop = laptop;
        Nas = nas;
    }

    public LabNetwork Lab { get; }

    public LabLink Cable { get; }

    public KithHost Laptop { get; }

    public KithHost Nas { get; }

    public static Task<SendTopology> CreateAsync(LinkConditions conditions, params string[] tools) => CreateAsync(conditions, asUser: false, tools);

    /// <summary>The same with everything run by an ordinary user, if wished.</summary>
    public static async Task<SendTopology> CreateAsync(LinkConditions conditions, bool asUser, params string[] tools)
    {
        LabNetwork lab = LabNetwork.Create(tools);
        try
        {
            KithHost.Require();
            LabSwitch lan = lab.AddSwitch("lan");
            KithHost nas = new(lab.AddHost("nas", lan), asUser: asUser);
            KithHost laptop = new(lab.AddHost("laptop"), asUser: asUser);
            LabLink cable = lab.Connect(laptop.Host, lan, conditions);
            await nas.UpAsync("--no-tun --name nas");
            await laptop.UpAsync($"--no-tun --name laptop --join {await nas.InviteAsync()}");
            await laptop.UntilOnlineAsync("home", "nas");
            await nas.UntilOnlineAsync("home", "laptop");
            return new SendTopology(lab, cable, laptop, nas);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills a node's daemon, as the system does when memory is short.</summary>
    public static Task KillAsync(KithHost host) => host.StopAsync(LabSignal.Kill);

    /// <summary>Starts a killed daemon again, as whatever watches over it would.</summary>
    public static async Task StartAgainAsync(KithHost host) => await host.UpAsync("--no-tun");

    /// <summary>Starts `kith receive` on nas and returns when it is ready.</summary>
    public async Task<LabProcess> ReceiveAsync(string arguments)
    {
        LabProcess receiver = Nas.Host.Start(Nas.Command($"receive {arguments}"));
        await receiver.WaitForLineAsync("Receiving into|\"ready\"", Limit);
        return receiver;
    }

    /// <summary>Starts `kith send` on laptop.</summary>
    public LabProcess Send(string arguments) => Laptop.Host.Start(Laptop.Command($"send {arguments}"));

    /// <summary>Waits until so many bytes lie under hidden names in a folder of nas.</summary>
    public Task UntilPartialAsync(string folder, long bytes) => LabWait.UntilAsync($"{bytes} bytes of an unfinished file in {folder}", Limit, async () =>
    {
        string text = (await Nas.Host.RunAsync($"cat {folder}/.kith-*.part 2>/dev/null | wc -c")).Text;
        return long.Parse(text, CultureInfo.InvariantCulture) >= bytes ? null : $"{text} bytes";
    }, TimeSpan.FromMilliseconds(20));

    /// <summary>Runs a command that is to fail with one line, and perhaps one of advice.</summary>
    public static async Task FailsAsync(Task<LabResult> running, ControlError error, string words)
    {
        LabResult result = await running;
        Assert.True(result.ExitCode == (int)error, result.ToString());
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
    }

    /// <summary>The numbers at the end of what `--json` printed.</summary>
    public static JsonElement Totals(string lines)
    {
        string done = lines.Split('\n').Single(line => line.StartsWith("{\"event\":\"done\"", StringComparison.Ordinal));
        return JsonDocument.Parse(done).RootElement.GetProperty("totals");
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
