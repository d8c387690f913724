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
    private void AcceptWhereabouts(ClockReading now, Whereabouts record, SyncStream? from)
    {
        if (from is not null)
        {
            from.SentWhereabouts[record.Node] = record.Sequence;
            NoteTold(now, record, from);
        }

        if (!_whereabouts.Offer(record))
        {
            return;
        }

        if (_members.TryGetValue(record.Node, out RemotePeer? peer))
        {
            UseWhereabouts(now, peer);
        }

        foreach (SyncStream stream in _syncStreams)
        {
            SendWhereabouts(now, stream);
        }

        _saveWhereaboutsAt = Instant.Min(_saveWhereaboutsAt, now.Monotonic + SaveInterval);
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

        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt16(out ushort length)
                || !reader.TryReadBytes(length, out ReadOnlySpan<byte> encoded)
                || !Whereabouts.TryDecode(encoded, out Whereabouts? record))
            {
                return false;
            }

            // Only of members, and checked: so the cache holds no more than there are members.
            if (record.Node != Id && stream.Network!.Log.State.Members.ContainsKey(record.Node) && IsNews(now, stream, record))
            {
                AcceptWhereabouts(now, record, stream);
            }
        }

        return reader.Remaining == 0;
    }

    // The cheap question first: the signature of what is old news is never checked.
    private bool IsNews(ClockReading now, SyncStream stream, Whereabouts record)
    {
        if (_whereabouts.TryGet(record.Node, out Whereabouts? known) && known.Sequence >= record.Sequence)
        {
            if (known.Sequence == record.Sequence)
            {
                stream.SentWhereabouts[record.Node] = record.Sequence;
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

        List<byte[]> records = [];
        foreach (NodeId member in network.Log.State.Members.Keys)
        {
            if (member == stream.Peer.Id || !_whereabouts.TryGet(member, out Whereabouts? record))
            {
                continue;
            }

            if (!stream.SentWhereabouts.TryGetValue(member, out ulong sent) || sent < record.Sequence)
            {
                stream.SentWhereabouts[member] = record.Sequence;
                records.Add(record.Encoded.ToArray());
            }
        }

        foreach (byte[][] batch in records.Chunk(WhereaboutsPerMessage))
        {
            byte[] body = new byte[2 + batch.Sum(record => 2 + record.Length)];
            SpanWriter writer = new(body);
            writer.WriteUInt16((ushort)batch.Length);
            foreach (byte[] record in batch)
            {
                writer.WriteUInt16((ushort)record.Length);
                writer.WriteBytes(record);
            }

            stream.Stream.Write(now, ControlMessageType.Whereabouts, body);
        }
    }
}
