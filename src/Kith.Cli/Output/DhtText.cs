using System.Globalization;
using Kith.Node.Control;

namespace Kith.Cli.Output;

/// <summary>What `kith dht` prints for people.</summary>
internal static class DhtText
{
    /// <summary>The node's part in the DHT.</summary>
    public static void Write(Terminal terminal, DhtStatus status)
    {
        DhtTrafficStatus traffic = status.Traffic;
        terminal.WriteLine($"nodes known: {status.Ipv4.Nodes} over IPv4, {status.Ipv6.Nodes} over IPv6");
        terminal.WriteLine($"own id:      {status.Ipv4.Id} over IPv4, {status.Ipv6.Id} over IPv6");
        terminal.WriteLine(status.ReadOnly ? "answers:     nobody: strangers cannot reach this device, or no node is known yet" : "answers:     whoever asks");
        terminal.WriteLine($"kept:        {Words.Count(status.Items, "item", "items")} and the peers of {Words.Count(status.InfoHashes, "info-hash", "info-hashes")} for others");
        terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"cost:        sent {Words.Bytes(traffic.SentBytes)} in {traffic.SentPackets} packets, received {Words.Bytes(traffic.ReceivedBytes)} in {traffic.ReceivedPackets}, in {Words.Span(TimeSpan.FromSeconds(traffic.Seconds))}"));
    }

    /// <summary>An item that was found: its value alone, so that <c>$(kith dht get …)</c> works.</summary>
    public static void Write(Terminal terminal, DhtGetResult found)
    {
        if (found.Item is not { } item)
        {
            terminal.Remark("No node has it.");
            return;
        }

        terminal.WriteLine(item.Value ?? item.Encoded);
        if (item.Value is null)
        {
            terminal.Remark("(bencoded, in hexadecimal)");
        }

        if (item.Sequence is { } sequence)
        {
            terminal.Remark($"signed by {item.PublicKey}, sequence number {sequence.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>An item that was put: what it is found by.</summary>
    public static void Write(Terminal terminal, DhtPutResult put)
    {
        terminal.WriteLine(put.PublicKey ?? put.Target);
        terminal.Remark(put.Newer is { } newer
            ? $"A newer one lies there already, sequence number {newer.Sequence}."
            : put.Nodes == 0 ? "No node took it." : $"{Words.Count(put.Nodes, "node", "nodes")} took it.");
    }

    /// <summary>Peers of an info-hash, one a line.</summary>
    public static void Write(Terminal terminal, DhtPeersResult found)
    {
        foreach (string peer in found.Peers)
        {
            terminal.WriteLine(peer);
        }

        if (found.Peers.Count == 0)
        {
            terminal.Remark("Nobody announced it.");
        }

        if (found.Nodes > 0)
        {
            terminal.Remark($"{Words.Count(found.Nodes, "node", "nodes")} took the announcement of this device.");
        }
    }
}
