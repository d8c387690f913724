using System.Globalization;
using System.Net;
using System.Text;

namespace Kith.Lab.Nat;

/// <summary>
/// The nftables rules of each kind of translator. The first interface is the outside; all others are homes' networks, which do not reach each
/// other but by hairpin. What came unasked is dropped before the kernel tracks it: a tracked one would take the port of the mapping
/// that the device is about to make.
/// </summary>
internal static class NatRules
{
    /// <summary>The ports of a stepping translator begin here.</summary>
    public const int StepFirst = 20_000;

    /// <summary>So many ports, then the first again.</summary>
    public const int Steps = 4096;

    private const string Table = "lab_nat";
    private const int HairpinMark = 1;

    /// <summary>The rules, with those that were there before deleted.</summary>
    public static string Of(NatOptions options, IPAddress? outside) =>
        $"add table inet {Table}\ndelete table inet {Table}\n" + (outside is null ? string.Empty : IPv4(options, outside)) + (options.IPv6 ? IPv6 : string.Empty);

    // Only outgoing connections, as the firewalls of home routers have it (RFC 6092).
    private const string IPv6 = $$"""
        table inet {{Table}} {
            chain forward_v6 {
                type filter hook forward priority 0; policy accept;
                meta nfproto ipv6 ct state established,related accept
                meta nfproto ipv6 iifname "eth0" drop
            }
        }

        """;

    private static string IPv4(NatOptions options, IPAddress outside)
    {
        bool oneMapping = options.Kind is NatKind.FullCone or NatKind.AddressRestricted or NatKind.PortRestricted;
        bool admits = options.Kind is NatKind.FullCone or NatKind.AddressRestricted;
        string life = Seconds(options.MappingLife ?? LabNat.DefaultMappingLife);
        StringBuilder holdsOut = new();
        StringBuilder holdsIn = new();
        foreach (NatHold hold in options.Holds)
        {
            holdsOut.AppendLine(CultureInfo.InvariantCulture, $"oifname \"eth0\" ip saddr {hold.Device} udp sport {hold.Port} snat ip to {outside}:{hold.External}");
            holdsOut.AppendLine(CultureInfo.InvariantCulture, $"meta mark {HairpinMark} ip saddr {hold.Device} udp sport {hold.Port} snat ip to {outside}:{hold.External}");
            holdsIn.AppendLine(CultureInfo.InvariantCulture, $"ip daddr {outside} udp dport {hold.External} dnat ip to {hold.Device}:{hold.Port}");
        }

        // A translator that admits strangers, or its own devices by hairpin, must know whom a port belongs to.
        string learn = oneMapping
            ? """iifname != "eth0" oifname "eth0" meta l4proto udp update @forward { udp sport : ip saddr . udp sport }"""
            : string.Empty;
        string allow = options.Kind == NatKind.AddressRestricted
            ? """iifname != "eth0" oifname "eth0" meta l4proto udp update @allowed { ip saddr . udp sport . ip daddr }"""
            : string.Empty;
        string filter = options.Kind == NatKind.AddressRestricted
            ? """iifname "eth0" ct status dnat meta l4proto udp ip daddr . udp dport . ip saddr != @allowed drop"""
            : string.Empty;
        string fromOutside = admits ? Lead("iifname \"eth0\" ", holdsIn) + $"iifname \"eth0\" ip daddr {outside} dnat ip to udp dport map @forward" : string.Empty;
        string fromInside = options.Hairpin ? Lead($"iifname != \"eth0\" meta mark set {HairpinMark} ", holdsIn) + $"iifname != \"eth0\" ip daddr {outside} meta mark set {HairpinMark} dnat ip to udp dport map @forward" : string.Empty;
        string hairpinSource = options.Hairpin ? $"meta mark {HairpinMark} snat ip to {outside}" : string.Empty;
        string blocked = options.UdpBlocked ? "iifname != \"eth0\" meta l4proto udp drop" : string.Empty;
        string outgoing = options.Kind switch
        {
            NatKind.Symmetric => "oifname \"eth0\" masquerade fully-random",
            NatKind.Stepping => $"oifname \"eth0\" meta l4proto udp snat ip to {outside} : numgen inc mod {Steps} map {{ {StepMap} }}\noifname \"eth0\" masquerade",
            _ => "oifname \"eth0\" masquerade",
        };
        return $$"""
            table inet {{Table}} {
                map forward {
                    type inet_service : ipv4_addr . inet_service
                    size 65535
                    flags dynamic,timeout
                    timeout {{life}}
                }
                set allowed {
                    type ipv4_addr . inet_service . ipv4_addr
                    size 65535
                    flags dynamic,timeout
                    timeout {{life}}
                }
                chain forward {
                    type filter hook forward priority 0; policy accept;
                    meta nfproto != ipv4 accept
                    {{blocked}}
                    {{learn}}
                    {{allow}}
                    ct state established,related accept
                    iifname != "eth0" oifname "eth0" accept
                    {{filter}}
                    ct status dnat accept
                    drop
                }
                chain input {
                    type filter hook input priority 0; policy accept;
                    meta nfproto != ipv4 accept
                    ct state established,related accept
                    iifname "eth0" drop
                    meta l4proto udp ip daddr {{outside}} drop
                }
                chain arriving {
                    type nat hook prerouting priority dstnat; policy accept;
                    meta nfproto != ipv4 accept
                    meta l4proto != udp accept
                    {{fromOutside}}
                    {{fromInside}}
                }
                chain leaving {
                    type nat hook postrouting priority srcnat; policy accept;
                    meta nfproto != ipv4 accept
                    {{holdsOut}}
                    {{outgoing}}
                    {{hairpinSource}}
                }
            }

            """;
    }

    private static string StepMap { get; } = string.Join(", ", Enumerable.Range(0, Steps).Select(step => $"{step} : {StepFirst + step}"));

    private static string Lead(string condition, StringBuilder lines) =>
        string.Concat(lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{condition}{line}\n"));

    private static string Seconds(TimeSpan life) => string.Create(CultureInfo.InvariantCulture, $"{(int)life.TotalSeconds}s");
}
