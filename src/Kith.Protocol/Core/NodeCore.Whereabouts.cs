using Kith.Protocol.Core.Control;
using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Where nodes say they are: records taken in, kept and passed on.</content>
public sealed partial class NodeCore
{
    private const string WhereaboutsDocument = "whereabouts";
    private const int WhereaboutsPerMessage = 256;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(2);

    private Instant _saveWhereaboutsAt = Instant.Never;

    /// <summary>The newest record of a node, for tests.</summary>
    internal Whereabouts? WhereaboutsOf(NodeId node) => _whereabouts.TryGet(node, out Whereabouts? record) ? record : null;

    // Keeps a verified record if it is newer than what we have, uses it, and tells it on to every other stream of a shared network.
    private void AcceptWhereabouts(ClockReading now, Whereabouts record)
    {
        if (KeepWhereabouts(now, record, null))
        {
            TellNews(now);
        }
    }

    private bool KeepWhereabouts(ClockReading now, Whereabouts record, SyncStream? from)
    {
        if (from is not null)
        {
            NoteTold(now, record, from);
        }

        if (!_whereabouts.Offer(record, from?.Teller))
        {
            return false;
        }

        if (_members.TryGetValue(record.Node, out RemotePeer? peer))
        {
            UseWhereabouts(now, peer);
        }

        _saveWhereaboutsAt = Instant.Min(_saveWhereaboutsAt, now.Monotonic + SaveInterval);
        return true;
    }

    private void NoteTold(ClockReading now, Whereabouts record, SyncStream from)
    {
        _membersTold = now;
        if (_members.TryGetValue(record.Node, out RemotePeer? about) && from.Peer is { } teller)
        {
            about.Words.Note(now, DiscoverySource.Members, "", teller == about ? "it told us itself where it is" : "another member told where it is");
        }
    }

    private void UseWhereabouts(ClockReading now, RemotePeer peer)
    {
        if (_whereabouts.TryGet(peer.Id, out Whereabouts? record))
        {
            InternetEndpoint[] endpoints = UdpEndpoints(record.Candidates);
            peer.Paths!.SetCandidates(now, CandidateSource.Whereabouts, endpoints);
            CallNow(now, peer, endpoints);
        }
    }

    private void SaveWhereaboutsIfDue(ClockReading now)
    {
        if (now.Monotonic >= _saveWhereaboutsAt && !SaveWhereabouts())
        {
            _saveWhereaboutsAt = now.Monotonic + SaveAgainInterval;
        }
    }

    private bool SaveWhereabouts()
    {
        _saveWhereaboutsAt = Instant.Never;
        StoreResult result = _store.ReplaceDocument(WhereaboutsDocument, _whereabouts.Encode());
        if (!result.IsOk)
        {
            Raise(new NodeEvent.StoreFailed(result));
        }

        return result.IsOk;
    }

    private WhereaboutsCache LoadWhereabouts() =>
        _options.UseCache && _store.TryReadDocument(WhereaboutsDocument, out byte[]? content) && WhereaboutsCache.TryDecode(content, out WhereaboutsCache? cache) ? cache : new WhereaboutsCache();

    private bool TakeWhereabouts(ClockReading now, SyncStream stream, ReadOnlySpan<byte> body)
    {
        SpanReader reader = new(body);
        if (!reader.TryReadUInt16(out ushort count) || count > WhereaboutsPerMessage)
        {
            return false;
        }

        bool isNew = false;
        bool isWhole = true;
        for (int i = 0; i < count && isWhole; i++)
        {
            isWhole = reader.TryReadUInt16(out ushort length)
                && reader.TryReadBytes(length, out ReadOnlySpan<byte> encoded)
                && TryTakeRecord(now, stream, encoded, ref isNew);
        }

        if (isNew)
        {
            TellNews(now);
        }

        return isWhole && reader.Remaining == 0;
    }

    // Only of members, and checked where it is news: so the cache holds no more than there are members.
    private bool TryTakeRecord(ClockReading now, SyncStream stream, ReadOnlySpan<byte> encoded, ref bool isNew)
    {
        if (!Whereabouts.TryDecode(encoded, out Whereabouts? record))
        {
            return false;
        }

        isNew |= record.Node != Id && stream.Network!.Log.State.Members.ContainsKey(record.Node) && IsNews(now, stream, record) && KeepWhereabouts(now, record, stream);
        return true;
    }

    // The cheap question first: the signature of what is old news is never checked.
    private bool IsNews(ClockReading now, SyncStream stream, Whereabouts record)
    {
        if (_whereabouts.TryGet(record.Node, out Whereabouts? known) && known.Sequence >= record.Sequence)
        {
            if (known.Sequence == record.Sequence)
            {
                NoteTold(now, record, stream);
            }

            return false;
        }

        // What is in somebody's name and not signed by it says nothing about it.
        ChargeCheck(now, stream);
        return record.Verify() && MayTakeRecord(now, record.Node, NuisanceKind.Whereabouts);
    }

    private void SendWhereabouts(ClockReading now, SyncStream stream)
    {
        if (stream.Network is not { } network || stream.Peer is null)
        {
            return;
        }

        stream.OwesWhereabouts = !stream.Stream.CanProduce;
        if (stream.OwesWhereabouts)
        {
            return;
        }

        NodeId peer = stream.Peer.Id;
        List<Whereabouts> records = [.. _whereabouts.ChangedSince(stream.SentWhereabouts, stream.Teller).Where(record => record.Node != peer && network.Log.State.Members.ContainsKey(record.Node))];
        stream.SentWhereabouts = _whereabouts.Revision;
        records.Reverse();
        foreach (Whereabouts[] batch in records.Chunk(WhereaboutsPerMessage))
        {
            byte[] body = new byte[2 + batch.Sum(record => 2 + record.Encoded.Length)];
            SpanWriter writer = new(body);
            writer.WriteUInt16((ushort)batch.Length);
            foreach (Whereabouts record in batch)
            {
                writer.WriteUInt16((ushort)record.Encoded.Length);
                writer.WriteBytes(record.Encoded);
            }

            stream.Stream.Write(now, ControlMessageType.Whereabouts, body);
        }
    }
}
