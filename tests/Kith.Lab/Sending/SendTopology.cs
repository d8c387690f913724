using System.Globalization;
using Kith.Lab.Daemon;
using Kith.Lab.Emulator;
using Kith.Lab.Harness;

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

    public static async Task<SendTopology> CreateAsync(LinkConditions conditions, params string[] tools)
    {
        LabNetwork lab = LabNetwork.Create(tools);
        try
        {
            KithHost.Require();
            LabSwitch lan = lab.AddSwitch("lan");
            KithHost nas = new(lab.AddHost("nas", lan));
            KithHost laptop = new(lab.AddHost("laptop"));
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

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
