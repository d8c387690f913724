using System.Globalization;
using System.Text.RegularExpressions;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>An ssh session that counts, an iperf3 stream and a ping, from one member to another: what must outlive whatever happens to the path.</summary>
internal sealed partial class LastingFlows : IDisposable
{
    /// <summary>Programs that must be installed.</summary>
    public static readonly string[] Tools = ["ssh", "sshd", "ssh-keygen", "iperf3"];

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly LabProcess _session;
    private readonly LabProcess _stream;

    private LastingFlows(LabProcess session, LabProcess stream, PingStream pings)
    {
        _session = session;
        _stream = stream;
        Pings = pings;
    }

    /// <summary>The ping.</summary>
    public PingStream Pings { get; }

    /// <summary>Starts all three and waits until they move.</summary>
    public static async Task<LastingFlows> StartAsync(KithHost from, KithHost to, string name)
    {
        // TCP waits twice as long after every loss, up to two minutes: what is asked here is when the network comes back. Where the kernel cannot be told
        // to ask more often (before 6.15), the limits are long enough for its own pace.
        foreach (KithHost host in new[] { from, to })
        {
            await host.Host.RunAsync("echo 2000 > /proc/sys/net/ipv4/tcp_rto_max_ms && echo 200 > /proc/sys/net/ipv4/tcp_retries2");
        }

        string key = (await from.Host.RunAsync("ssh-keygen -q -t ed25519 -N '' -f /run/key && cat /run/key.pub")).EnsureSuccess().Output;
        await to.Host.WriteFileAsync("/run/authorized", key);
        await to.Host.WriteFileAsync(
            "/run/sshd.conf",
            "HostKey /run/hostkey\nAuthorizedKeysFile /run/authorized\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\nUseDNS no\n");
        (await to.Host.RunAsync("mkdir -p /run/sshd && chmod 600 /run/authorized && ssh-keygen -q -t ed25519 -N '' -f /run/hostkey")).EnsureSuccess();
        to.Host.Start("/usr/sbin/sshd -D -e -f /run/sshd.conf");
        await LabWait.UntilSucceedsAsync(to.Host, "ss -ltn | grep -q ':22 '", StartLimit);
        await Iperf.ServeAsync(to.Host);

        LabProcess session = from.Host.Start(
            $"ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i /run/key root@{name} 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done'");
        LabProcess stream = from.Host.Start($"iperf3 -R --forceflush -i 1 -b 2M -t 3600 -c {name}");
        string address = (await to.StatusAsync()).Network(NatNetwork.Name).Ipv6;
        LastingFlows flows = new(session, stream, new PingStream(from.Host, address, TimeSpan.FromMilliseconds(100)));
        await flows.UntilMovingAsync("at the start", StartLimit);
        return flows;
    }

    /// <summary>Waits until the session and the stream both bring something new, and fails if one of them has ended or skipped a number.</summary>
    public async Task UntilMovingAsync(string when, TimeSpan limit)
    {
        (int ticks, int seconds) = (Ticks(), Seconds());
        await LabWait.UntilAsync($"ssh and iperf3 move: {when}", limit, () =>
        {
            if (!_session.IsRunning || !_stream.IsRunning)
            {
                throw new LabException($"{when}: {(_session.IsRunning ? "iperf3" : "ssh")} has ended\n{_session.Report(10)}\n{_stream.Report(10)}");
            }

            // Of each kind two, so that what was under way before is not counted.
            return Task.FromResult(Ticks() >= ticks + 2 && Seconds() >= seconds + 2 ? null : $"ticks {ticks} → {Ticks()}, seconds {seconds} → {Seconds()}");
        });
        int[] numbers = [.. TickLine().Matches(_session.Output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Length), numbers);
    }

    public void Dispose()
    {
        Pings.Dispose();
        _session.Dispose();
        _stream.Dispose();
    }

    private int Ticks() => TickLine().Count(_session.Output);

    // [  5]   0.00-1.00   sec   256 KBytes  2.10 Mbits/sec
    private int Seconds() => SecondLine().Count(_stream.Output);

    [GeneratedRegex("tick ([0-9]+)")]
    private static partial Regex TickLine();

    [GeneratedRegex("sec +[1-9][0-9.]* [KM]Bytes")]
    private static partial Regex SecondLine();
}
