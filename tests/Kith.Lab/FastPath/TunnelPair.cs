using Kith.Lab.Harness;
using Kith.Tunnel;

namespace Kith.Lab.FastPath;

/// <summary>
/// Two hosts on one LAN with a tunnel between them.
/// <code>
/// a [100.64.0.1, fd01::1] ── LAN ── [100.64.0.2, fd01::2] b
/// </code>
/// </summary>
internal sealed class TunnelPair : IAsyncDisposable
{
    public static readonly string[] Remotes = ["100.64.0.2", "fd01::2"];

    private readonly LabNetwork _lab;

    private TunnelPair(LabNetwork lab, LabHost hostA, LabHost hostB, TunnelEnd a, TunnelEnd b)
    {
        _lab = lab;
        HostA = hostA;
        HostB = hostB;
        A = a;
        B = b;
    }

    public LabHost HostA { get; }

    public LabHost HostB { get; }

    public TunnelEnd A { get; }

    public TunnelEnd B { get; }

    public static async Task<TunnelPair> OpenAsync(FastPathOptions? options = null, TunOffloads offloads = TunOffloads.All, bool outsideV6 = false, int? outsideMtu = null)
    {
        LabNetwork lab = LabNetwork.Create("ping", "iperf3", "ss");
        try
        {
            LabSwitch lan = lab.AddSwitch("lan");
            LabHost a = lab.AddHost("a", lan);
            LabHost b = lab.AddHost("b", lan);
            if (outsideMtu is { } bytes)
            {
                a.Interfaces[0].SetMtu(bytes);
                b.Interfaces[0].SetMtu(bytes);
            }

            TunnelEnd endA = await TunnelEnd.OpenAsync(a, 1, outsideV6 ? b.IPv6 : b.IPv4, options ?? new(), offloads);
            TunnelEnd endB = await TunnelEnd.OpenAsync(b, 2, outsideV6 ? a.IPv6 : a.IPv4, options ?? new(), offloads);
            return new TunnelPair(lab, a, b, endA, endB);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pings of several sizes (the largest in fragments), TCP both ways and UDP, over both families; afterwards nothing may have gone wrong inside.</summary>
    public async Task CarryEverythingAsync(bool lossless = true)
    {
        await Daemon.Iperf.ServeAsync(HostB);
        foreach (string remote in Remotes)
        {
            foreach (int size in (int[])[0, 1, 56, 1300, 1301, 8001])
            {
                (await HostA.RunAsync($"ping -c2 -i0.1 -W2 -s{size} {remote}")).EnsureSuccess();
            }

            await IperfAsync($"-c {remote} -n 20M");
            await IperfAsync($"-c {remote} -n 20M -R");
            await IperfAsync($"-c {remote} -u -b 20M -l 1200 -n 1M");
            await IperfAsync($"-c {remote} -u -b 20M -l 9001 -n 1M");
        }

        foreach (TunnelEnd end in (TunnelEnd[])[A, B])
        {
            FastPathReport report = end.Path.Report;
            Assert.Empty(report.Faults);
            IEnumerable<FastPathDrop> wrong = report.Drops.Keys.Where(d => d is not FastPathDrop.NoRoute and not FastPathDrop.WrongLocalSource);
            Assert.True(!lossless || !wrong.Any(), string.Join(", ", report.Drops));
        }
    }

    /// <summary>Runs iperf3 on the first host; its server does not listen for a moment after each run.</summary>
    public async Task IperfAsync(string arguments)
    {
        LabResult result = null!;
        await LabWait.UntilAsync("a server that listens", TimeSpan.FromSeconds(20), async () =>
        {
            result = await HostA.RunAsync($"iperf3 {arguments}");
            string told = result.Output + result.Error;

            // Whoever comes while the server closes its listener is let in and reset.
            bool isTooEarly = told.Contains("unable to connect", StringComparison.Ordinal) || told.Contains("unable to receive control message", StringComparison.Ordinal);
            return isTooEarly ? result.Error : null;
        });
        result.EnsureSuccess();
    }

    public async ValueTask DisposeAsync()
    {
        A.Dispose();
        B.Dispose();
        await _lab.DisposeAsync();
    }
}
