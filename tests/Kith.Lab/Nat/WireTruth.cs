using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>Counts at the core what really passes between two sites, so that no node has to be believed about its paths.</summary>
internal static partial class WireTruth
{
    private const int PingBytes = 1000;
    private const int Pings = 5;

    /// <summary>Sends large pings from one device to another member and returns whether all of them crossed the core straight between the two sites.</summary>
    public static async Task<bool> IsDirectAsync(LabInternet internet, LabHost from, string member, IPAddress siteA, IPAddress siteB)
    {
        string family = siteA.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "ip" : "ip6";
        internet.Core.Space.Nft(
            $$"""
            add table inet lab_truth
            delete table inet lab_truth
            table inet lab_truth {
                chain forward {
                    type filter hook forward priority 0; policy accept;
                    {{family}} saddr {{siteA}} {{family}} daddr {{siteB}} udp length > {{PingBytes}} counter
                    {{family}} saddr {{siteB}} {{family}} daddr {{siteA}} udp length > {{PingBytes}} counter
                }
            }
            """);
        LabResult pings = await from.RunAsync(string.Create(CultureInfo.InvariantCulture, $"ping -c{Pings} -i0.02 -W5 -s{PingBytes} {member}"));
        LabResult counted = internet.Core.Space.RunOnNetwork("nft", "list", "table", "inet", "lab_truth");
        int[] counts = [.. Packets().Matches(counted.Output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        Assert.Equal(2, counts.Length);
        return pings.Succeeded && counts.All(count => count >= Pings);
    }

    [GeneratedRegex("counter packets ([0-9]+)")]
    private static partial Regex Packets();
}
