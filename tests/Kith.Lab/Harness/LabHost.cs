using System.Net;

namespace Kith.Lab.Harness;

/// <summary>
/// A machine of the lab: namespaces of its own for network, processes, host name and mounts. Its /etc, /run and /var/lib are
/// private copies in memory, so that a program may rewrite /etc/hosts and keep state where it does on a real machine.
/// </summary>
internal sealed class LabHost
{
    /// <summary>Where a host sees the directory of the program under test, wherever the working tree lies.</summary>
    public const string KithPath = "/run/lab/bin/kith";

    /// <summary>Where a host sees what ./test installed with npm, if it did.</summary>
    public const string NpmPath = "/run/lab/npm";

    /// <summary>The home of the ordinary user of every host.</summary>
    public const string UserHome = "/run/home/user";

    /// <summary>Put before a command line, has it run as that user: no group, no capability, none to be gained.</summary>
    public const string AsUser = "setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs env HOME=" + UserHome + " ";

    private const int ReportedLinesMax = 120;

    private readonly List<LabInterface> _interfaces = [];
    private readonly List<LabProcess> _processes = [];
    private readonly List<LabResult> _failures = [];
    private readonly Lock _gate = new();

    internal LabHost(string name, bool isRouter)
    {
        Name = name;
        IsRouter = isRouter;
        Space = new LabNamespace(name, SetUp(name, isRouter));
    }

    /// <summary>The host's name, also what `hostname` prints inside.</summary>
    public string Name { get; }

    /// <summary>True if it forwards packets between its interfaces.</summary>
    public bool IsRouter { get; }

    /// <summary>The namespaces.</summary>
    public LabNamespace Space { get; }

    /// <summary>Its interfaces, eth0 first.</summary>
    public IReadOnlyList<LabInterface> Interfaces => _interfaces;

    /// <summary>The IPv4 address of eth0.</summary>
    public IPAddress IPv4 => _interfaces[0].IPv4 ?? throw new LabException($"{Name} has no IPv4 address");

    /// <summary>The IPv6 address of eth0.</summary>
    public IPAddress IPv6 => _interfaces[0].IPv6 ?? throw new LabException($"{Name} has no IPv6 address");

    /// <summary>
    /// Runs a shell command line to its end and returns what it left. At the limit it is killed (exit code 137). Never throws for a
    /// command that fails: see <see cref="LabResult.EnsureSuccess"/>.
    /// </summary>
    public async Task<LabResult> RunAsync(string commandLine, TimeSpan? limit = null, string? input = null)
    {
        LabResult result = await LabCommand.RunAsync(Space.Enter("sh", "-c", commandLine), $"[{Name}] {commandLine}", input, limit);
        if (!result.Succeeded)
        {
            lock (_gate)
            {
                _failures.Add(result);
                if (_failures.Count > ReportedLinesMax)
                {
                    _failures.RemoveAt(0);
                }
            }
        }

        return result;
    }

    /// <summary>Starts a program that keeps running. The command line is executed by a shell, which it replaces.</summary>
    public LabProcess Start(string commandLine)
    {
        LabProcess process = new(Space, commandLine);
        lock (_gate)
        {
            _processes.Add(process);
        }

        return process;
    }

    /// <summary>Runs code of the test itself on a thread inside this host's network: sockets and TUN devices made there stay there.</summary>
    public Task<T> InvokeAsync<T>(Func<T> action) => NamespaceThread.RunAsync(Space.NetworkPath, action);

    /// <inheritdoc cref="InvokeAsync{T}"/>
    public Task InvokeAsync(Action action) =>
        InvokeAsync(() =>
        {
            action();
            return true;
        });

    /// <summary>Replaces a file inside the host.</summary>
    public async Task WriteFileAsync(string path, string content) =>
        (await RunAsync($"cat > '{path}'", input: content)).EnsureSuccess();

    /// <summary>Turns segmentation and aggregation off, so that every frame on the wire is no larger than the MTU.</summary>
    public void DisableOffloads(LabInterface port) =>
        Space.RunOnNetwork("ethtool", "-K", port.Name, "tso", "off", "gso", "off", "gro", "off", "tx-udp-segmentation", "off");

    internal LabInterface AddInterface(LabSwitch? attachedTo)
    {
        LabInterface port = new(this, $"eth{_interfaces.Count}", attachedTo);
        _interfaces.Add(port);
        return port;
    }

    internal void UpdateDefaultRoutes()
    {
        LabSwitch? uplink = _interfaces.Where(port => port.IsPlugged).Select(port => port.Switch).FirstOrDefault(found => found?.Gateway is not null && found.Gateway.Host != this);
        if (uplink?.Gateway is not LabInterface gateway)
        {
            return;
        }

        List<string> lines = [];
        if (gateway.IPv4 is not null && _interfaces.Any(port => port.Switch == uplink && port.IPv4 is not null))
        {
            lines.Add($"route replace 0.0.0.0/0 via {gateway.IPv4}");
        }

        if (gateway.IPv6 is not null && _interfaces.Any(port => port.Switch == uplink && port.IPv6 is not null))
        {
            lines.Add($"route replace ::/0 via {gateway.IPv6}");
        }

        if (lines.Count > 0)
        {
            Space.Ip([.. lines]);
        }
    }

    /// <summary>Ends everything that runs in the host and describes what it did.</summary>
    internal string Stop()
    {
        Space.Dispose();
        List<string> report = [];
        foreach (LabResult failure in _failures)
        {
            report.Add(failure.ToString());
        }

        foreach (LabProcess process in _processes)
        {
            report.Add($"[{Name}] `{process.CommandLine}`\n{process.Report(ReportedLinesMax)}");
            process.Dispose();
        }

        return string.Join('\n', report);
    }

    private static string SetUp(string name, bool isRouter)
    {
        string? kith = LabMachine.FindKith();
        string bindKith = kith is null ? string.Empty : $"mount --bind '{Path.GetDirectoryName(kith)}' /run/lab/bin";
        string? npm = LabMachine.FindNpm();
        string bindNpm = npm is null ? string.Empty : $"mkdir -p {NpmPath}; mount --bind '{npm}' {NpmPath}";
        int forwarding = isRouter ? 1 : 0;

        // /run first: what must stay visible is bound into it before its old place is hidden.
        return $$"""
            hostname {{name}}
            mount -t sysfs sysfs /sys || true
            mount -t tmpfs -o mode=755,size=512m tmpfs /run
            mkdir -p /run/lab/etc /run/lab/bin /run/lab/var /run/home /run/lock
            install -d -o 65534 -g 65534 {{UserHome}}
            cp -a /etc/. /run/lab/etc/ || cp -a /etc/. /run/lab/etc/
            {{bindKith}}
            {{bindNpm}}
            mount --bind /run/lab/etc /etc
            mount --bind /run/lab/var /var/lib
            rm -f /etc/hosts /etc/resolv.conf /etc/hostname
            echo {{name}} > /etc/hostname
            printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' > /etc/hosts
            printf 'options timeout:1 attempts:1\n' > /etc/resolv.conf
            printf 'hosts: files dns\n' > /etc/nsswitch.conf
            for scope in all default; do
                echo 0 > /proc/sys/net/ipv6/conf/$scope/disable_ipv6
                echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_dad
                echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_ra
                echo {{forwarding}} > /proc/sys/net/ipv6/conf/$scope/forwarding
            done
            echo {{forwarding}} > /proc/sys/net/ipv4/ip_forward
            ip link set lo up
            """;
    }
}
