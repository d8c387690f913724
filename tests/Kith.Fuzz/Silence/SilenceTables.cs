namespace Kith.Fuzz.Silence;

/// <summary>Which tables strangers may put something into, and what the heap may hold more afterwards.</summary>
internal static class SilenceTables
{
    /// <summary>What a collector may not have given back yet.</summary>
    public const long HeapBytesMax = 1024 * 1024;

    // Whoever asks the DHT a well-formed question becomes known to it; its own limits hold these tables, each with a test of its own. To whom was answered belongs to them: a node remembers where it sent.
    private static readonly string[] s_dht = ["Dht", "RoutingTable", "Bucket", "Transaction", "Lookup", "KrpcAnswer", "PeerStore", "ItemStore", "RecentlyAsked", "AnswerMeter", "SentMemory.", "Entry.<Ports>"];

    /// <summary>Whether a grown table belongs to the DHT.</summary>
    public static bool IsOfDht(string line) => s_dht.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal));
}
