namespace Kith.Protocol.Discovery.Tracker;

/// <summary>What a tracker is told of us.</summary>
/// <param name="InfoHash">The blinded hash of the network and the day, 20 bytes.</param>
/// <param name="PeerId">Random, another one for each hash and tracker, 20 bytes.</param>
/// <param name="Key">Random: by it a tracker knows us again although our address changed.</param>
/// <param name="Port">The port at which our data socket is reached.</param>
/// <param name="Event">Why.</param>
public sealed record Announcement(ReadOnlyMemory<byte> InfoHash, ReadOnlyMemory<byte> PeerId, uint Key, ushort Port, AnnounceEvent Event)
{
    /// <summary>Bytes of hashes and peer ids.</summary>
    public const int HashBytes = 20;

    /// <summary>What is said to be left to load: something, because some trackers do not tell those who have all of each other.</summary>
    public const int Left = 1;
}
