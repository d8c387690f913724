using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>What the core does not forward, as trouble between two providers.</summary>
internal sealed class CoreFilter(LabInternet internet)
{
    private readonly HashSet<string> _rules = [];

    /// <summary>Drops all packets between two addresses, both ways.</summary>
    public void Cut(System.Net.IPAddress a, System.Net.IPAddress b) => Change(() => _rules.UnionWith(Between(a, b)));

    /// <summary>Lets them pass again.</summary>
    public void Mend(System.Net.IPAddress a, System.Net.IPAddress b) => Change(() => _rules.ExceptWith(Between(a, b)));

    /// <summary>Drops all packets from and to an address, as if its machine had lost power.</summary>
    public void Isolate(System.Net.IPAddress address) => Change(() => _rules.UnionWith([$"ip saddr {address} drop", $"ip daddr {address} drop"]));

    private static string[] Between(System.Net.IPAddress a, System.Net.IPAddress b) => [$"ip saddr {a} ip daddr {b} drop", $"ip saddr {b} ip daddr {a} drop"];

    private void Change(Action change)
    {
        change();
        LabHost core = internet.Core;
        core.Space.Nft(
            $$"""
            add table inet lab_core
            delete table inet lab_core
            table inet lab_core {
                chain forward {
                    type filter hook forward priority 0; policy accept;
                    {{string.Join('\n', _rules)}}
                }
            }
            """);
    }
}
