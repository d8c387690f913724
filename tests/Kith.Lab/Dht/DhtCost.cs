using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Dht;

/// <summary>Counts at the core what a site exchanges with other people's DHT: packets and bytes with the headers of IP, both ways.</summary>
internal sealed partial class DhtCost(LabInternet internet)
{
    /// <summary>Counts for a while; packets and bytes of each address in that time.</summary>
    public async Task<IReadOnlyList<(long Packets, long Bytes)>> CountAsync(TimeSpan span, params IPAddress[] addresses)
    {
        string rules = string.Join('\n', addresses.Select(address =>
            $"ip saddr {address} udp dport {DhtSwarm.Port} counter\nip daddr {address} udp sport {DhtSwarm.Port} counter"));
        internet.Core.Space.Nft(
            $$"""
            add table inet dht_cost
            delete table inet dht_cost
            table inet dht_cost {
                chain forward {
                    type filter hook forward priority 0; policy accept;
                    {{rules}}
                }
            }
            """);
        await Task.Delay(span, TestContext.Current.CancellationToken);
        LabResult counted = internet.Core.Space.RunOnNetwork("nft", "list", "table", "inet", "dht_cost");
        (long Packets, long Bytes)[] counts = [.. Counter().Matches(counted.Output).Select(match => (Number(match.Groups[1]), Number(match.Groups[2])))];
        Assert.Equal(2 * addresses.Length, counts.Length);
        return [.. counts.Chunk(2).Select(both => (both[0].Packets + both[1].Packets, both[0].Bytes + both[1].Bytes))];
    }

    private static long Number(Group group) => long.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("counter packets ([0-9]+) bytes ([0-9]+)")]
    private static partial Regex Counter();
}
