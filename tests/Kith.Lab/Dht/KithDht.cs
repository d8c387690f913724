using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Dht;

/// <summary>The commands of `kith dht` on a host, with what they print in JSON.</summary>
internal static class KithDht
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>`kith dht status`; null while the node does not answer.</summary>
    public static async Task<JsonElement?> TryDhtStatusAsync(this KithHost host)
    {
        LabResult result = await host.RunAsync("dht status --json");
        return result.Succeeded ? JsonDocument.Parse(result.Output).RootElement.Clone() : null;
    }

    /// <summary>Waits until the node knows so many others over one family; returns how long it took.</summary>
    public static Task<TimeSpan> UntilInDhtAsync(this KithHost host, int nodes, bool ipv6 = false) =>
        LabWait.UntilAsync($"[{host.Host.Name}] knows {nodes} nodes of the DHT", Limit, async () =>
        {
            JsonElement? status = await host.TryDhtStatusAsync();
            return status?.GetProperty(ipv6 ? "ipv6" : "ipv4").GetProperty("nodes").GetInt32() >= nodes ? null : $"{status}";
        });

    /// <summary>Any other of them; an exit code of 1, which says no, is no failure.</summary>
    public static async Task<JsonElement> DhtAsync(this KithHost host, string arguments)
    {
        LabResult result = await host.RunAsync($"dht {arguments} --json", Limit);
        return result.ExitCode is 0 or 1 ? JsonDocument.Parse(result.Output).RootElement.Clone() : throw new LabException($"{result}");
    }

    /// <summary>`kith dht get`: the text that was found, or null.</summary>
    public static async Task<string?> DhtGetAsync(this KithHost host, string arguments)
    {
        JsonElement item = (await host.DhtAsync($"get {arguments}")).GetProperty("item");
        return item.ValueKind == JsonValueKind.Null ? null : item.GetProperty("value").GetString();
    }
}
