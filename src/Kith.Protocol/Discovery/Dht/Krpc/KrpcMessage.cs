using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht.Krpc;

/// <summary>A message of the DHT as it lies in a datagram (BEP 5). Its parts are views of the datagram.</summary>
public readonly ref struct KrpcMessage
{
    /// <summary>The largest datagram that is looked at. An item of 1,000 bytes with eight contacts of each family fits.</summary>
    public const int BytesMax = 2048;

    /// <summary>The longest transaction id that is answered.</summary>
    public const int TransactionBytesMax = 32;

    /// <summary>Question, answer or refusal.</summary>
    public KrpcKind Kind { get; private init; }

    /// <summary>What is asked for; of a query only.</summary>
    public KrpcMethod Method { get; private init; }

    /// <summary>Chosen by who asks, given back by who answers.</summary>
    public ReadOnlySpan<byte> Transaction { get; private init; }

    /// <summary>Arguments of a query, results of a response.</summary>
    public BencodeDictionary Body { get; private init; }

    /// <summary>The sender's id; of an error none.</summary>
    public DhtId Sender { get; private init; }

    /// <summary>Whether the sender asks not to be remembered as somebody who answers (BEP 43).</summary>
    public bool IsReadOnly { get; private init; }

    /// <summary>Of a response: where the sender saw our packet come from (BEP 42); otherwise none.</summary>
    public InternetEndpoint Observed { get; private init; }

    /// <summary>Of an error: its code.</summary>
    public long ErrorCode { get; private init; }

    /// <summary>Whether a datagram may be one at all: a bencoded dictionary. For telling what came in on a socket that others share.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> datagram) => datagram.Length >= 10 && datagram[0] == (byte)'d' && datagram[^1] == (byte)'e';

    /// <summary>Reads a datagram; false if it is no message of the DHT.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out KrpcMessage message)
    {
        message = default;
        if (datagram.Length > BytesMax || !BencodeDictionary.TryParse(datagram, out BencodeDictionary outer)
            || !outer.TryGetString("t"u8, out ReadOnlySpan<byte> transaction) || transaction.Length > TransactionBytesMax
            || !outer.TryGetString("y"u8, out ReadOnlySpan<byte> kind) || kind.Length != 1)
        {
            return false;
        }

        return kind[0] switch
        {
            (byte)'q' => TryDecodeQuery(outer, transaction, out message),
            (byte)'r' => TryDecodeResponse(outer, transaction, out message),
            (byte)'e' => TryDecodeError(outer, transaction, out message),
            _ => false,
        };
    }

    private static bool TryDecodeQuery(BencodeDictionary outer, ReadOnlySpan<byte> transaction, out KrpcMessage message)
    {
        message = default;
        if (!outer.TryGetString("q"u8, out ReadOnlySpan<byte> name) || !outer.TryGetDictionary("a"u8, out BencodeDictionary body) || !TryGetId(body, "id"u8, out DhtId sender))
        {
            return false;
        }

        message = new KrpcMessage
        {
            Kind = KrpcKind.Query,
            Method = MethodOf(name),
            Transaction = transaction,
            Body = body,
            Sender = sender,
            IsReadOnly = outer.TryGetInteger("ro"u8, out long readOnly) && readOnly == 1,
        };
        return true;
    }

    private static bool TryDecodeResponse(BencodeDictionary outer, ReadOnlySpan<byte> transaction, out KrpcMessage message)
    {
        message = default;
        if (!outer.TryGetDictionary("r"u8, out BencodeDictionary body) || !TryGetId(body, "id"u8, out DhtId sender))
        {
            return false;
        }

        message = new KrpcMessage
        {
            Kind = KrpcKind.Response,
            Transaction = transaction,
            Body = body,
            Sender = sender,
            Observed = outer.TryGetString("ip"u8, out ReadOnlySpan<byte> ip) && CompactForm.TryReadEndpoint(ip, out InternetEndpoint observed) ? observed : default,
        };
        return true;
    }

    private static bool TryDecodeError(BencodeDictionary outer, ReadOnlySpan<byte> transaction, out KrpcMessage message)
    {
        BencodeList list = outer.GetList("e"u8);
        long code = list.TryTake(out ReadOnlySpan<byte> element) && BencodeScanner.TryReadInteger(element, out long value) ? value : (long)KrpcError.Generic;
        message = new KrpcMessage { Kind = KrpcKind.Error, Transaction = transaction, ErrorCode = code };
        return true;
    }

    /// <summary>Reads an id of 20 bytes out of a dictionary.</summary>
    public static bool TryGetId(in BencodeDictionary dictionary, ReadOnlySpan<byte> key, out DhtId id)
    {
        bool ok = dictionary.TryGetString(key, out ReadOnlySpan<byte> bytes) && bytes.Length == DhtId.Length;
        id = ok ? new DhtId(bytes) : default;
        return ok;
    }

    private static KrpcMethod MethodOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ping"u8) ? KrpcMethod.Ping
        : name.SequenceEqual("find_node"u8) ? KrpcMethod.FindNode
        : name.SequenceEqual("get_peers"u8) ? KrpcMethod.GetPeers
        : name.SequenceEqual("announce_peer"u8) ? KrpcMethod.AnnouncePeer
        : name.SequenceEqual("get"u8) ? KrpcMethod.Get
        : name.SequenceEqual("put"u8) ? KrpcMethod.Put
        : KrpcMethod.Unknown;
}
