using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>What is asked of a tracker over HTTP and how its bencoded answers read (BEP 3, 23, 7, 48).</summary>
public static class HttpTracker
{
    /// <summary>The address of an announcement.</summary>
    public static string AnnounceUrl(TrackerUrl url, Announcement announcement)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(announcement);
        StringBuilder text = new(url.Text);
        text.Append(url.PathAndQuery.Contains('?', StringComparison.Ordinal) ? '&' : '?');
        text.Append(CultureInfo.InvariantCulture, $"info_hash={Escape(announcement.InfoHash.Span)}&peer_id={Escape(announcement.PeerId.Span)}&port={announcement.Port}");
        text.Append(CultureInfo.InvariantCulture, $"&uploaded=0&downloaded=0&left={Announcement.Left}&compact=1&key={announcement.Key:x8}");
        text.Append(CultureInfo.InvariantCulture, $"&numwant={(announcement.Event == AnnounceEvent.Stopped ? 0 : TrackerLimits.PeersPerAnswerMax)}");
        text.Append(announcement.Event switch
        {
            AnnounceEvent.Started => "&event=started",
            AnnounceEvent.Stopped => "&event=stopped",
            _ => "",
        });
        return text.ToString();
    }

    /// <summary>The address of a scrape; null where the tracker's own is none that one can be made of (BEP 48: the last part of its path must begin with <c>announce</c>).</summary>
    public static string? ScrapeUrl(TrackerUrl url, ReadOnlySpan<byte> infoHash)
    {
        ArgumentNullException.ThrowIfNull(url);
        int query = url.Text.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? url.Text : url.Text[..query];
        int slash = path.LastIndexOf('/') + 1;
        const string Announce = "announce";
        return !path.AsSpan(slash).StartsWith(Announce, StringComparison.Ordinal)
            ? null
            : $"{path[..slash]}scrape{path[(slash + Announce.Length)..]}{(query < 0 ? "?" : url.Text[query..] + "&")}info_hash={Escape(infoHash)}";
    }

    /// <summary>Reads the answer to an announcement; false if it is none. A refusal has a reason and no answer.</summary>
    public static bool TryReadAnnounce(ReadOnlySpan<byte> body, [NotNullWhen(true)] out TrackerAnswer? answer, out string? reason)
    {
        answer = null;
        reason = null;
        if (body.Length > TrackerLimits.HttpAnswerBytesMax || !BencodeDictionary.TryParse(body, out BencodeDictionary dictionary))
        {
            return false;
        }

        if (dictionary.TryGetString("failure reason"u8, out ReadOnlySpan<byte> failure))
        {
            reason = TrackerReason.Of(failure);
            return false;
        }

        if (!dictionary.TryGetInteger("interval"u8, out long interval))
        {
            return false;
        }

        List<InternetEndpoint> peers = [];
        if (dictionary.TryGetString("peers"u8, out ReadOnlySpan<byte> compact))
        {
            peers.AddRange(CompactPeers.Read(compact, isV6: false));
        }
        else
        {
            ReadList(dictionary.GetList("peers"u8), peers);
        }

        if (dictionary.TryGetString("peers6"u8, out ReadOnlySpan<byte> compactV6))
        {
            peers.AddRange(CompactPeers.Read(compactV6, isV6: true));
        }

        int? total = dictionary.TryGetInteger("complete"u8, out long seeders) | dictionary.TryGetInteger("incomplete"u8, out long leechers) ? Sum(seeders, leechers) : null;
        TimeSpan? least = dictionary.TryGetInteger("min interval"u8, out long min) ? Seconds(min) : null;
        answer = new TrackerAnswer(Seconds(interval), least, total, [.. peers.Take(TrackerLimits.PeersPerAnswerMax)]);
        return true;
    }

    /// <summary>Reads the answer to a scrape; false if it says nothing of the hash.</summary>
    public static bool TryReadScrape(ReadOnlySpan<byte> body, ReadOnlySpan<byte> infoHash, [NotNullWhen(true)] out TrackerAnswer? answer)
    {
        answer = null;
        if (body.Length > TrackerLimits.HttpAnswerBytesMax || !BencodeDictionary.TryParse(body, out BencodeDictionary dictionary)
            || !dictionary.TryGetDictionary("files"u8, out BencodeDictionary files))
        {
            return false;
        }

        // A hash that nobody is on may be left out.
        int total = files.TryGetDictionary(infoHash, out BencodeDictionary file)
            && file.TryGetInteger("complete"u8, out long seeders) && file.TryGetInteger("incomplete"u8, out long leechers) ? Sum(seeders, leechers) : 0;
        TimeSpan? least = dictionary.TryGetDictionary("flags"u8, out BencodeDictionary flags) && flags.TryGetInteger("min_request_interval"u8, out long min) ? Seconds(min) : null;
        answer = new TrackerAnswer(null, least, total, []);
        return true;
    }

    /// <summary>A span that a tracker states, kept within <see cref="TrackerLimits.IntervalMax"/>.</summary>
    public static TimeSpan Seconds(long seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, (long)TrackerLimits.IntervalMax.TotalSeconds));

    private static int Sum(long seeders, long leechers) => (int)(Math.Clamp(seeders, 0, int.MaxValue / 2) + Math.Clamp(leechers, 0, int.MaxValue / 2));

    private static void ReadList(BencodeList list, List<InternetEndpoint> peers)
    {
        while (peers.Count < TrackerLimits.PeersPerAnswerMax && list.TryTake(out ReadOnlySpan<byte> element))
        {
            // BEP 3 allows names; those would have to be looked up and are passed over.
            if (BencodeDictionary.TryParse(element, out BencodeDictionary peer) && peer.TryGetString("ip"u8, out ReadOnlySpan<byte> ip) && ip.Length < 64
                && InternetAddress.TryParse(Encoding.ASCII.GetString(ip), out InternetAddress address)
                && peer.TryGetInteger("port"u8, out long port) && port is > 0 and <= ushort.MaxValue)
            {
                peers.Add(new InternetEndpoint(address, (ushort)port));
            }
        }
    }

    private static string Escape(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"%{value:x2}");
        }

        return text.ToString();
    }
}
