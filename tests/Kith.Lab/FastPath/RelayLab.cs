using System.Net;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Tunnel;

namespace Kith.Lab.FastPath;

/// <summary>Members 1 and 2, which do not know where the other is, and 3 and 4, which know both and each other; all on one switch.</summary>
internal sealed class RelayLab : IAsyncDisposable
{
    private readonly LabNetwork _lab;
    private readonly List<RelayEnd> _ends = [];
    private readonly bool _outsideV6;

    private RelayLab(LabNetwork lab, bool outsideV6)
    {
        _lab = lab;
        _outsideV6 = outsideV6;
    }

    public IReadOnlyList<RelayEnd> All => _ends;

    public RelayEnd this[int number] => _ends[number - 1];

    public static async Task<RelayLab> OpenAsync(bool outsideV6 = false, FastPathOptions? options = null)
    {
        RelayLab lab = new(LabNetwork.Create("ping", "iperf3", "ss"), outsideV6);
        try
        {
            LabSwitch lan = lab._lab.AddSwitch("lan");
            for (int number = 1; number <= 4; number++)
            {
                lab._ends.Add(await RelayEnd.OpenAsync(lab._lab.AddHost($"m{number}", lan), number, withTun: number <= 2, options));
            }

            foreach (RelayEnd a in lab._ends)
            {
                foreach (RelayEnd b in lab._ends.Where(end => end.Number > a.Number))
                {
                    bool isApart = a.Number == 1 && b.Number == 2;
                    RelayEnd.Meet(a, b, isApart ? null : lab.AddressOf(a), isApart ? null : lab.AddressOf(b));
                }
            }

            foreach (RelayEnd end in lab._ends)
            {
                end.Publish(Enumerable.Range(1, 4).Where(other => other != end.Number).ToDictionary(static other => other, static other => ((int?)other, (byte)1)));
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>1 and 2 talk through this member.</summary>
    public void RouteThrough(int via)
    {
        this[1].Route(2, via);
        this[2].Route(1, via);
    }

    /// <summary>1 and 2 talk straight.</summary>
    public void RouteStraight()
    {
        this[1][2].Endpoint = new(TunnelEnd.Address(AddressOf(this[2]).ToString()), TunnelEnd.Port);
        this[2][1].Endpoint = new(TunnelEnd.Address(AddressOf(this[1]).ToString()), TunnelEnd.Port);
    }

    /// <summary>3 reaches 2 only through 4, and 4 reaches 1 only through 3.</summary>
    public void PublishChain()
    {
        this[3].Publish(new Dictionary<int, (int? Next, byte Distance)> { [1] = (1, 1), [2] = (4, 2), [4] = (4, 1) });
        this[4].Publish(new Dictionary<int, (int? Next, byte Distance)> { [1] = (3, 2), [2] = (2, 1), [3] = (3, 1) });
    }

    /// <summary>Pings of several sizes, TCP both ways and UDP, over both families inside; afterwards nothing may have gone wrong.</summary>
    public async Task CarryEverythingAsync()
    {
        await Iperf.ServeAsync(this[2].Host);
        foreach (string remote in TunnelPair.Remotes)
        {
            foreach (int size in (int[])[0, 1, 56, 1300, 1301, 8001])
            {
                (await this[1].Host.RunAsync($"ping -c2 -i0.1 -W2 -s{size} {remote}")).EnsureSuccess();
            }

            await IperfAsync($"-c {remote} -n 20M");
            await IperfAsync($"-c {remote} -n 20M -R");
            await IperfAsync($"-c {remote} -u -b 20M -l 1200 -n 1M");
            await IperfAsync($"-c {remote} -u -b 20M -l 9001 -n 1M");
        }

        foreach (RelayEnd end in _ends)
        {
            FastPathReport report = end.Path.Report;
            Assert.Empty(report.Faults);
            IEnumerable<FastPathDrop> wrong = report.Drops.Keys.Where(d => d is not FastPathDrop.NoRoute and not FastPathDrop.WrongLocalSource);
            Assert.True(!wrong.Any(), string.Join(", ", report.Drops));
        }
    }

    /// <summary>Runs iperf3 on the first host; its server does not listen for a moment after each run.</summary>
    public async Task<LabResult> IperfAsync(string arguments)
    {
        LabResult result = null!;
        await LabWait.UntilAsync("a server that listens", TimeSpan.FromSeconds(20), async () =>
        {
            result = await this[1].Host.RunAsync($"iperf3 {arguments}");
            string told = result.Output + result.Error;

            // Whoever comes while the server closes its listener is let in and reset.
            bool isTooEarly = told.Contains("unable to connect", StringComparison.Ordinal) || told.Contains("unable to receive control message", StringComparison.Ordinal);
            return isTooEarly ? result.Error : null;
        });
        return result.EnsureSuccess();
    }

    public async ValueTask DisposeAsync()
    {
        _ends.ForEach(static end => end.Dispose());
        await _lab.DisposeAsync();
    }

    private IPAddress AddressOf(RelayEnd end) => _outsideV6 ? end.Host.IPv6 : end.Host.IPv4;
}
