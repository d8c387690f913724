using Kith.Protocol.Core.Control;
using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Identity;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What this node states of its links, and what it hears of those of others.</content>
public sealed partial class NodeCore
{
    private Instant _linksAt = Instant.Never;

    // What is stated already comes first, so that with more neighbours than may be stated the choice does not change all the time.
    private List<StatedLink> MeasureLinks(LocalNetwork network) =>
        [.. _members.Values
            .Where(peer => peer.IsNeighbour && peer.IsMeasured && peer.Networks.Contains(network) && FindByShortId(peer.ShortId) == peer)
            .Select(peer => StatedLink.Of(peer.ShortId, peer.Paths!.Current?.Rtt, peer.IsInDoubt ? 1 : peer.Paths.CurrentLoss))
            .OrderBy(link => network.OwnLinks?.TryGetLink(link.Neighbour, out _) != true).ThenBy(link => link.RttUnits).ThenBy(link => link.Neighbour)
            .Take(LinkLimits.LinksMax)];

    // A neighbour that comes or goes, or owes us an answer, is told at once, numbers when they have changed much, and everything now and then.
    private void PublishLinks(ClockReading now)
    {
        _linksAt = Instant.Never;
        foreach (LocalNetwork network in _networks.Values)
        {
            if (!network.IsActive)
            {
                continue;
            }

            List<StatedLink> links = MeasureLinks(network);
            Instant due = network.OwnLinks is { } last ? network.OwnLinksAt + Pause(last, links) : links.Count > 0 ? now.Monotonic : Instant.Never;
            if (due <= now.Monotonic)
            {
                StateLinks(now, network, links);
            }
            else
            {
                _linksAt = Instant.Min(_linksAt, due);
            }
        }
    }

    private static TimeSpan Pause(LinkReport last, List<StatedLink> links)
    {
        bool isMaterial = false;
        foreach (StatedLink link in links)
        {
            if (!last.TryGetLink(link.Neighbour, out StatedLink stated))
            {
                return LinkLimits.ReportInterval;
            }

            if (link.IsInDoubt != stated.IsInDoubt)
            {
                return LinkLimits.ReportInterval;
            }

            isMaterial |= link.DiffersMuchFrom(stated);
        }

        return links.Count != last.Links.Length ? LinkLimits.ReportInterval : isMaterial ? LinkLimits.MeasurementInterval : LinkLimits.RefreshInterval;
    }

    private void StateLinks(ClockReading now, LocalNetwork network, List<StatedLink> links)
    {
        network.OwnLinksSequence = Math.Max((ulong)Math.Max(now.WallMilliseconds, 0), network.OwnLinksSequence + 1);
        network.OwnLinks = LinkReport.Sign(_key, network.Id, network.OwnLinksSequence, links);
        network.OwnLinksAt = now;
        _relaysStale = true;
        TellNews(now);
    }

    private bool TakeLinks(ClockReading now, SyncStream stream, ReadOnlySpan<byte> body)
    {
        SpanReader reader = new(body);
        if (!reader.TryReadUInt16(out ushort count) || count > LinkLimits.ReportsPerMessageMax)
        {
            return false;
        }

        LocalNetwork network = stream.Network!;
        bool isNew = false;
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt16(out ushort length)
                || !reader.TryReadBytes(length, out ReadOnlySpan<byte> encoded)
                || !LinkReport.TryDecode(encoded, out LinkReport? report))
            {
                return false;
            }

            isNew |= AcceptLinks(now, stream, network, report);
        }

        if (isNew)
        {
            _relaysStale = true;
            TellNews(now);
        }

        return reader.Remaining == 0;
    }

    private bool AcceptLinks(ClockReading now, SyncStream stream, LocalNetwork network, LinkReport report)
    {
        if (report.Network != network.Id || !network.Log.State.Members.ContainsKey(report.Node))
        {
            return false;
        }

        if (report.Node == Id)
        {
            // What we said before a restart, under a clock that was ahead: only a higher sequence will be believed.
            if (report.Sequence > network.OwnLinksSequence && report.Verify())
            {
                network.OwnLinksSequence = report.Sequence;
                network.OwnLinksAt = now.Monotonic - LinkLimits.RefreshInterval + LinkLimits.ReportInterval;
                _linksAt = now.Monotonic + LinkLimits.ReportInterval;
            }

            return false;
        }

        bool isOld = network.Links.TryGet(report.Node, out LinkReport? before) && before.Sequence >= report.Sequence;

        // Whoever tells an older one of itself has restarted with its clock set back: nobody would believe it before it knows how far it had got.
        if (isOld && before!.Sequence > report.Sequence && stream.Peer?.Id == report.Node && stream.Stream.CanProduce)
        {
            WriteLinks(now, stream, [before]);
        }

        return !isOld && IsNews(now, stream, report) && network.Links.Offer(now, report, stream.Teller);
    }

    private bool IsNews(ClockReading now, SyncStream stream, LinkReport report)
    {
        ChargeCheck(now, stream);
        return report.Verify() && MayTakeRecord(now, report.Node, NuisanceKind.Links);
    }

    private static void SendLinks(ClockReading now, SyncStream stream)
    {
        if (stream.Network is not { } network || stream.Peer is not { } peer)
        {
            return;
        }

        stream.OwesLinks = !stream.Stream.CanProduce;
        if (stream.OwesLinks)
        {
            return;
        }

        List<LinkReport> reports = [];
        if (network.OwnLinks is { } own && stream.SentOwnLinks < own.Sequence)
        {
            stream.SentOwnLinks = own.Sequence;
            reports.Add(own);
        }

        // Whoever has a link to the peer tells it itself.
        reports.AddRange(network.Links.ChangedSince(stream.SentLinks, stream.Teller).Where(report => report.Node != peer.Id && !report.TryGetLink(peer.ShortId, out _)));
        stream.SentLinks = network.Links.Revision;

        foreach (LinkReport[] batch in reports.Chunk(LinkLimits.ReportsPerMessageMax))
        {
            WriteLinks(now, stream, batch);
        }
    }

    private static void WriteLinks(ClockReading now, SyncStream stream, LinkReport[] reports)
    {
        byte[] body = new byte[2 + reports.Sum(static report => 2 + report.Encoded.Length)];
        SpanWriter writer = new(body);
        writer.WriteUInt16((ushort)reports.Length);
        foreach (LinkReport report in reports)
        {
            writer.WriteUInt16((ushort)report.Encoded.Length);
            writer.WriteBytes(report.Encoded);
        }

        stream.Stream.Write(now, ControlMessageType.Links, body);
    }

    private void CleanLinks(ClockReading now)
    {
        foreach (LocalNetwork network in _networks.Values)
        {
            _relaysStale |= network.Links.Clean(now, node => network.Log.State.Members.ContainsKey(node));
        }
    }
}
