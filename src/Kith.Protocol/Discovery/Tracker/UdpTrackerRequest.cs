using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>Requests of BEP 15 as they are written. All numbers are big-endian.</summary>
public static class UdpTrackerRequest
{
    /// <summary>The longest request.</summary>
    public const int BytesMax = AnnounceBytes;

    /// <summary>Bytes of a request for a connection id.</summary>
    public const int ConnectBytes = 16;

    /// <summary>Bytes of an announcement.</summary>
    public const int AnnounceBytes = 98;

    /// <summary>Bytes of a question for the numbers of one hash.</summary>
    public const int ScrapeBytes = 16 + Announcement.HashBytes;

    /// <summary>Protocol id (8), action (4), transaction id (4).</summary>
    public static int WriteConnect(Span<byte> destination, uint transaction)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt64(TrackerSpecification.ProtocolId);
        writer.WriteUInt32((uint)TrackerAction.Connect);
        writer.WriteUInt32(transaction);
        return ConnectBytes;
    }

    /// <summary>
    /// Connection id (8), action (4), transaction id (4), hash (20), peer id (20), downloaded (8), left (8), uploaded (8), event (4), address (4, 0: where this
    /// comes from), key (4), wanted (4), port (2).
    /// </summary>
    public static int WriteAnnounce(Span<byte> destination, ulong connection, uint transaction, Announcement announcement)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        SpanWriter writer = new(destination);
        writer.WriteUInt64(connection);
        writer.WriteUInt32((uint)TrackerAction.Announce);
        writer.WriteUInt32(transaction);
        writer.WriteBytes(announcement.InfoHash.Span);
        writer.WriteBytes(announcement.PeerId.Span);
        writer.WriteUInt64(0);
        writer.WriteUInt64(Announcement.Left);
        writer.WriteUInt64(0);
        writer.WriteUInt32((uint)announcement.Event);
        writer.WriteUInt32(0);
        writer.WriteUInt32(announcement.Key);
        writer.WriteUInt32(announcement.Event == AnnounceEvent.Stopped ? 0 : (uint)TrackerLimits.PeersPerAnswerMax);
        writer.WriteUInt16(announcement.Port);
        return AnnounceBytes;
    }

    /// <summary>Connection id (8), action (4), transaction id (4), hash (20).</summary>
    public static int WriteScrape(Span<byte> destination, ulong connection, uint transaction, ReadOnlySpan<byte> infoHash)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt64(connection);
        writer.WriteUInt32((uint)TrackerAction.Scrape);
        writer.WriteUInt32(transaction);
        writer.WriteBytes(infoHash);
        return ScrapeBytes;
    }
}
