using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht.Krpc;

/// <summary>Writes queries (BEP 5, 32, 43, 44). Each returns the datagram's length; a destination of <see cref="KrpcMessage.BytesMax"/> holds any.</summary>
internal readonly ref struct KrpcQuery(uint transaction, DhtId self, bool isReadOnly, bool isV6)
{
    /// <summary>Bytes of our transaction ids.</summary>
    public const int TransactionBytes = 4;

    private readonly uint _transaction = transaction;
    private readonly DhtId _self = self;
    private readonly bool _isReadOnly = isReadOnly;
    private readonly bool _isV6 = isV6;

    private static ReadOnlySpan<byte> Version => "KT\0\u0001"u8;

    public int WritePing(Span<byte> destination)
    {
        BencodeWriter writer = Begin(destination);
        WriteId(ref writer, "id"u8, _self);
        return Finish(ref writer, "ping"u8);
    }

    public int WriteFindNode(Span<byte> destination, in DhtId target)
    {
        BencodeWriter writer = Begin(destination);
        WriteId(ref writer, "id"u8, _self);
        WriteId(ref writer, "target"u8, target);
        WriteWant(ref writer);
        return Finish(ref writer, "find_node"u8);
    }

    public int WriteGetPeers(Span<byte> destination, in DhtId infoHash)
    {
        BencodeWriter writer = Begin(destination);
        WriteId(ref writer, "id"u8, _self);
        WriteId(ref writer, "info_hash"u8, infoHash);
        WriteWant(ref writer);
        return Finish(ref writer, "get_peers"u8);
    }

    /// <summary>Announces the port the datagram comes from, whatever it is outside; the stated one is for those who do not know that.</summary>
    public int WriteAnnouncePeer(Span<byte> destination, in DhtId infoHash, ushort port, ReadOnlySpan<byte> token)
    {
        BencodeWriter writer = Begin(destination);
        WriteId(ref writer, "id"u8, _self);
        writer.WriteInteger("implied_port"u8, 1);
        WriteId(ref writer, "info_hash"u8, infoHash);
        writer.WriteInteger("port"u8, port);
        writer.WriteString("token"u8, token);
        return Finish(ref writer, "announce_peer"u8);
    }

    /// <summary>With a sequence number that is known already, whoever has no newer item leaves its value out (BEP 44).</summary>
    public int WriteGet(Span<byte> destination, in DhtId target, long? known = null)
    {
        BencodeWriter writer = Begin(destination);
        WriteId(ref writer, "id"u8, _self);
        if (known is { } sequence)
        {
            writer.WriteInteger("seq"u8, sequence);
        }

        WriteId(ref writer, "target"u8, target);
        WriteWant(ref writer);
        return Finish(ref writer, "get"u8);
    }

    public int WritePut(Span<byte> destination, DhtItem item, long? cas, ReadOnlySpan<byte> token)
    {
        BencodeWriter writer = Begin(destination);
        if (cas is { } expected)
        {
            writer.WriteInteger("cas"u8, expected);
        }

        WriteId(ref writer, "id"u8, _self);
        if (item.IsMutable)
        {
            writer.WriteString("k"u8, item.PublicKey);
            if (!item.Salt.IsEmpty)
            {
                writer.WriteString("salt"u8, item.Salt);
            }

            writer.WriteInteger("seq"u8, item.Sequence);
            writer.WriteString("sig"u8, item.Signature);
        }

        writer.WriteString("token"u8, token);
        writer.WriteString("v"u8);
        writer.WriteElement(item.Value);
        return Finish(ref writer, "put"u8);
    }

    /// <summary>Writes a key and an id.</summary>
    public static void WriteId(ref BencodeWriter writer, ReadOnlySpan<byte> key, in DhtId id)
    {
        writer.WriteString(key);
        id.WriteTo(writer.BeginString(DhtId.Length));
    }

    private static BencodeWriter Begin(Span<byte> destination)
    {
        BencodeWriter writer = new(destination);
        writer.BeginDictionary();
        writer.WriteString("a"u8);
        writer.BeginDictionary();
        return writer;
    }

    private void WriteWant(ref BencodeWriter writer)
    {
        writer.WriteString("want"u8);
        writer.BeginList();
        writer.WriteString(_isV6 ? "n6"u8 : "n4"u8);
        writer.End();
    }

    private int Finish(ref BencodeWriter writer, ReadOnlySpan<byte> method)
    {
        writer.End();
        writer.WriteString("q"u8, method);
        if (_isReadOnly)
        {
            writer.WriteInteger("ro"u8, 1);
        }

        writer.WriteString("t"u8);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(writer.BeginString(TransactionBytes), _transaction);
        writer.WriteString("v"u8, Version);
        writer.WriteString("y"u8, "q"u8);
        writer.End();
        return writer.Position;
    }
}
