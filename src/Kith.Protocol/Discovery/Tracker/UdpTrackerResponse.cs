using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>
/// A response of BEP 15: action (4), transaction id (4), then for a connection id 8 bytes; for an announcement interval, leechers, seeders (4 each) and addresses of 6 bytes, or 18 where
/// the datagram came over IPv6; for a scrape seeders, completed, leechers (4 each); for an error its text. What follows the expected bytes is passed over.
/// </summary>
/// <param name="Action">What it is.</param>
/// <param name="Transaction">Which request it answers.</param>
public sealed record UdpTrackerResponse(TrackerAction Action, uint Transaction)
{
    private const int HeaderBytes = 8;
    private const int AnnounceHeaderBytes = 20;

    /// <summary>The connection id; of a connect.</summary>
    public ulong Connection { get; init; }

    /// <summary>Seconds until the next announcement; of an announce.</summary>
    public uint IntervalSeconds { get; init; }

    /// <summary>Those who still load.</summary>
    public uint Leechers { get; init; }

    /// <summary>Those who have all.</summary>
    public uint Seeders { get; init; }

    /// <summary>Addresses as they came, unchecked, at most <see cref="TrackerLimits.PeersPerAnswerMax"/>; of an announce.</summary>
    public IReadOnlyList<InternetEndpoint> Peers { get; init; } = [];

    /// <summary>Why not; of an error.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The transaction id of what may be a response; null for what is too short or begins as no response does.</summary>
    public static uint? PeekTransaction(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderBytes && BinaryPrimitives.ReadUInt32BigEndian(datagram) <= (uint)TrackerAction.Error ? BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) : null;

    /// <summary>Reads a response; false if it is cut short or of another kind.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, bool isV6, [NotNullWhen(true)] out UdpTrackerResponse? response)
    {
        response = null;
        SpanReader reader = new(datagram);
        if (datagram.Length > TrackerLimits.DatagramBytesMax || !reader.TryReadUInt32(out uint action) || !reader.TryReadUInt32(out uint transaction))
        {
            return false;
        }

        UdpTrackerResponse head = new((TrackerAction)action, transaction);
        switch (head.Action)
        {
            case TrackerAction.Connect when reader.TryReadUInt64(out ulong connection):
                response = head with { Connection = connection };
                break;
            case TrackerAction.Announce when reader.TryReadUInt32(out uint interval) && reader.TryReadUInt32(out uint leechers) && reader.TryReadUInt32(out uint seeders):
                response = head with { IntervalSeconds = interval, Leechers = leechers, Seeders = seeders, Peers = CompactPeers.Read(datagram[AnnounceHeaderBytes..], isV6) };
                break;
            case TrackerAction.Scrape when reader.TryReadUInt32(out uint seeders) && reader.TryReadUInt32(out _) && reader.TryReadUInt32(out uint leechers):
                response = head with { Leechers = leechers, Seeders = seeders };
                break;
            case TrackerAction.Error:
                response = head with { Reason = TrackerReason.Of(datagram[HeaderBytes..]) };
                break;
            default:
                break;
        }

        return response is not null;
    }

    /// <summary>Writes it, for whoever plays the tracker; returns the length, at most <see cref="TrackerLimits.DatagramBytesMax"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32((uint)Action);
        writer.WriteUInt32(Transaction);
        switch (Action)
        {
            case TrackerAction.Connect:
                writer.WriteUInt64(Connection);
                break;
            case TrackerAction.Announce:
                writer.WriteUInt32(IntervalSeconds);
                writer.WriteUInt32(Leechers);
                writer.WriteUInt32(Seeders);
                foreach (InternetEndpoint peer in Peers)
                {
                    peer.Address.WriteTo(writer.Take(peer.Address.ByteCount));
                    writer.WriteUInt16(peer.Port);
                }

                break;
            case TrackerAction.Scrape:
                writer.WriteUInt32(Seeders);
                writer.WriteUInt32(0);
                writer.WriteUInt32(Leechers);
                break;
            default:
                System.Text.Encoding.ASCII.GetBytes(Reason, writer.Take(Reason.Length));
                break;
        }

        return writer.Position;
    }
}
