using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Storage;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht;

/// <content>Queries of others.</content>
public sealed partial class DhtMachine
{
    private readonly DhtContact[] _nodes = new DhtContact[DhtLimits.BucketSize];
    private readonly DhtContact[] _nodes6 = new DhtContact[DhtLimits.BucketSize];
    private readonly RecentlyAsked _recentlyAsked = new();
    private readonly byte[] _token = new byte[TokenSource.TokenBytes];

    private void HandleQuery(Instant now, DhtFamily family, in InternetEndpoint source, in KrpcMessage query)
    {
        if (IsReadOnly || query.Transaction.IsEmpty || source.Port == 0 || !_meter.TryTake(now, source.Address))
        {
            return;
        }

        Span<byte> answer = stackalloc byte[KrpcMessage.BytesMax];
        KrpcError? error = null;
        int length = query.Method switch
        {
            KrpcMethod.Ping => KrpcAnswer.WriteResponse(answer, query.Transaction, family.Self, source, default),
            KrpcMethod.FindNode => AnswerFindNode(answer, family, source, query, ref error),
            KrpcMethod.GetPeers => AnswerGetPeers(now, answer, family, source, query, ref error),
            KrpcMethod.AnnouncePeer => AnswerAnnounce(now, answer, family, source, query, ref error),
            KrpcMethod.Get => AnswerGet(now, answer, family, source, query, ref error),
            KrpcMethod.Put => AnswerPut(now, answer, family, source, query, ref error),
            _ => Refuse(KrpcError.MethodUnknown, ref error),
        };
        Transmit(source, answer[..(error is { } code ? KrpcAnswer.WriteError(answer, query.Transaction, code) : length)]);

        // Whoever asks may be worth knowing; it is asked, so that a forged source gets nowhere.
        DhtContact contact = new(query.Sender, source);
        if (!query.IsReadOnly && family.Table.HandleQuery(now, contact) && _newcomerPings < DhtLimits.NewcomerPingsMax && (IsThin(family) || _recentlyAsked.TryAdd(now, source)))
        {
            Ping(now, contact, isToNewcomer: true);
        }
    }

    private static int Refuse(KrpcError code, ref KrpcError? error)
    {
        error = code;
        return 0;
    }

    private int AnswerFindNode(Span<byte> answer, DhtFamily family, in InternetEndpoint source, in KrpcMessage query, ref KrpcError? error)
    {
        if (!KrpcMessage.TryGetId(query.Body, "target"u8, out DhtId target))
        {
            return Refuse(KrpcError.Protocol, ref error);
        }

        KrpcAnswer.Content content = default;
        AddNodes(ref content, query, family, target);
        return KrpcAnswer.WriteResponse(answer, query.Transaction, family.Self, source, content);
    }

    private int AnswerGetPeers(Instant now, Span<byte> answer, DhtFamily family, in InternetEndpoint source, in KrpcMessage query, ref KrpcError? error)
    {
        if (!KrpcMessage.TryGetId(query.Body, "info_hash"u8, out DhtId infoHash))
        {
            return Refuse(KrpcError.Protocol, ref error);
        }

        _tokens.Write(now, source.Address, _token);
        KrpcAnswer.Content content = default;
        content.Token = _token;
        content.Peers = _peers.Find(infoHash, family.IsV6);
        AddNodes(ref content, query, family, infoHash);
        return KrpcAnswer.WriteResponse(answer, query.Transaction, family.Self, source, content);
    }

    private int AnswerAnnounce(Instant now, Span<byte> answer, DhtFamily family, in InternetEndpoint source, in KrpcMessage query, ref KrpcError? error)
    {
        bool isImplied = query.Body.TryGetInteger("implied_port"u8, out long implied) && implied != 0;
        if (!KrpcMessage.TryGetId(query.Body, "info_hash"u8, out DhtId infoHash)
            || !query.Body.TryGetString("token"u8, out ReadOnlySpan<byte> token) || !_tokens.IsValid(now, source.Address, token)
            || (!isImplied && !(query.Body.TryGetInteger("port"u8, out long stated) && stated is > 0 and <= ushort.MaxValue)))
        {
            return Refuse(KrpcError.Protocol, ref error);
        }

        ushort port = isImplied || !query.Body.TryGetInteger("port"u8, out stated) ? source.Port : (ushort)stated;
        _peers.Add(now, infoHash, new InternetEndpoint(source.Address, port));
        return KrpcAnswer.WriteResponse(answer, query.Transaction, family.Self, source, default);
    }

    private int AnswerGet(Instant now, Span<byte> answer, DhtFamily family, in InternetEndpoint source, in KrpcMessage query, ref KrpcError? error)
    {
        if (!KrpcMessage.TryGetId(query.Body, "target"u8, out DhtId target))
        {
            return Refuse(KrpcError.Protocol, ref error);
        }

        _tokens.Write(now, source.Address, _token);
        KrpcAnswer.Content content = default;
        content.Token = _token;
        content.Item = _items.Find(target);
        content.SequenceOnly = content.Item is { IsMutable: true } item && query.Body.TryGetInteger("seq"u8, out long known) && item.Sequence <= known;
        AddNodes(ref content, query, family, target);
        return KrpcAnswer.WriteResponse(answer, query.Transaction, family.Self, source, content);
    }

    private int AnswerPut(Instant now, Span<byte> answer, DhtFamily family, in InternetEndpoint source, in KrpcMessage query, ref KrpcError? error)
    {
        BencodeDictionary body = query.Body;
        if (!body.TryGetString("token"u8, out ReadOnlySpan<byte> token) || !_tokens.IsValid(now, source.Address, token) || !body.TryGet("v"u8, out ReadOnlySpan<byte> value))
        {
            return Refuse(KrpcError.Protocol, ref error);
        }

        if (value.Length > DhtItem.ValueBytesMax)
        {
            return Refuse(KrpcError.ValueTooBig, ref error);
        }

        DhtItem? item;
        if (body.TryGetString("k"u8, out ReadOnlySpan<byte> key))
        {
            ReadOnlySpan<byte> salt = body.TryGetString("salt"u8, out ReadOnlySpan<byte> given) ? given : default;
            if (salt.Length > DhtItem.SaltBytesMax)
            {
                return Refuse(KrpcError.SaltTooBig, ref error);
            }

            if (!body.TryGetInteger("seq"u8, out long sequence) || !body.TryGetString("sig"u8, out ReadOnlySpan<byte> signature))
            {
                return Refuse(KrpcError.Protocol, ref error);
            }

            item = DhtItem.TryTakeMutable(key, salt, sequence, value, signature);
            if (item is null)
            {
                return Refuse(KrpcError.InvalidSignature, ref error);
            }
        }
        else
        {
            item = DhtItem.TryTakeImmutable(value)!;
        }

        long? cas = body.TryGetInteger("cas"u8, out long expected) ? expected : null;
        error = _items.Put(now, item, cas, source.Address);
        return error is null ? KrpcAnswer.WriteResponse(answer, query.Transaction, family.Self, source, default) : 0;
    }

    // The contacts of the families asked for; by default of the one the question came over (BEP 32).
    private void AddNodes(ref KrpcAnswer.Content content, in KrpcMessage query, DhtFamily family, DhtId target)
    {
        bool wantsV4 = false;
        bool wantsV6 = false;
        BencodeList want = query.Body.GetList("want"u8);
        while (want.TryTake(out ReadOnlySpan<byte> element) && BencodeScanner.TryReadString(element, out ReadOnlySpan<byte> name))
        {
            wantsV4 |= name.SequenceEqual("n4"u8);
            wantsV6 |= name.SequenceEqual("n6"u8);
        }

        bool saysNothing = !wantsV4 && !wantsV6;
        if ((wantsV4 || (saysNothing && !family.IsV6)) && _families[0] is { } v4)
        {
            content.Nodes = new ArraySegment<DhtContact>(_nodes, 0, v4.Table.CopyClosest(target, _nodes));
        }

        if ((wantsV6 || (saysNothing && family.IsV6)) && _families[1] is { } v6)
        {
            content.Nodes6 = new ArraySegment<DhtContact>(_nodes6, 0, v6.Table.CopyClosest(target, _nodes6));
        }
    }
}
