using Kith.Lab.Harness;

namespace Kith.Lab.PortMapping;

/// <summary>
/// A home router with a real port mapping daemon. Its NAT gives every flow a random port and its firewall, for IPv6 too, lets nothing in that was not asked for: whoever
/// reaches a device behind it came through a mapping. The outside must have addresses that are not reserved for documentation: the daemon maps for no others.
/// </summary>
internal sealed class MappingRouter(LabHost router, MappingDaemonOptions options)
{
    /// <summary>Programs that must be installed.</summary>
    public static readonly string[] Tools = ["nft", "miniupnpd", "conntrack"];

    private const string Table = "kithlab";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private LabProcess? _daemon;
    private int _boot;

    /// <summary>The router.</summary>
    public LabHost Host { get; } = router;

    /// <summary>What the daemon offers; a change counts from the next start.</summary>
    public MappingDaemonOptions Options { get; set; } = options;

    /// <summary>Loads the firewall's rules, which hold no mapping.</summary>
    public void LoadRules() => Host.Space.Nft(
        $$"""
        add table inet {{Table}}
        delete table inet {{Table}}
        table inet {{Table}} {
            chain mapped {
            }
            chain mapped_in {
            }
            chain mapped_out {
            }
            chain forward {
                type filter hook forward priority 0; policy drop;
                ct state established,related accept
                iifname "eth1" accept
                ip6 nexthdr icmpv6 accept
                jump mapped
            }
            chain prerouting {
                type nat hook prerouting priority -100; policy accept;
                iifname "eth0" jump mapped_in
            }
            chain postrouting {
                type nat hook postrouting priority 100; policy accept;
                jump mapped_out
                oifname "eth0" meta nfproto ipv4 masquerade random,fully-random
            }
        }
        """);

    /// <summary>Starts the daemon and waits until it has said that it is ready.</summary>
    public async Task StartAsync()
    {
        string yes(bool value) => value ? "yes" : "no";
        await Host.WriteFileAsync(
            "/run/miniupnpd.conf",
            $"""
            ext_ifname=eth0
            {(Host.Interfaces[0].IPv6 is null ? "" : "ext_ifname6=eth0")}
            listening_ip=eth1
            http_port=5000
            enable_natpmp={yes(Options.HasPcp)}
            enable_upnp={yes(Options.HasUpnp)}
            force_igd_desc_v1={yes(Options.IsVersionOne)}
            min_lifetime={Options.LifetimeSecondsMin}
            max_lifetime=86400
            secure_mode=yes
            system_uptime=no
            notify_interval=900
            uuid=6b697468-0000-4000-8000-000000000001
            friendly_name=lab router
            upnp_table_name={Table}
            upnp_nat_table_name={Table}
            upnp_forward_chain=mapped
            upnp_nat_chain=mapped_in
            upnp_nat_postrouting_chain=mapped_out
            allow 1024-65535 0.0.0.0/0 1024-65535
            deny 0-65535 0.0.0.0/0 0-65535

            """);
        _daemon = Host.Start($"miniupnpd -d -f /run/miniupnpd.conf -P /run/miniupnpd.pid -b {++_boot}");
        await _daemon.WaitForLineAsync("HTTP listening|HTTP IPv6|Listening for NAT-PMP|listening on", Patience);
    }

    /// <summary>As a router that loses power: the daemon is killed, and with it go all mappings and all that is tracked.</summary>
    public async Task CrashAsync()
    {
        await _daemon!.StopAsync(LabSignal.Kill);
        LoadRules();
        Host.Space.RunOnNetwork("conntrack", "-F");
    }

    /// <summary>The rules that stand for mappings: one line for each.</summary>
    public async Task<IReadOnlyList<string>> MappingsAsync()
    {
        LabResult listed = (await Host.RunAsync($"nft list chain inet {Table} mapped")).EnsureSuccess();
        return [.. listed.Output.Split('\n').Where(line => line.Contains("accept", StringComparison.Ordinal))];
    }
}
