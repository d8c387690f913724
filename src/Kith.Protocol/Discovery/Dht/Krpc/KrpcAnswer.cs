using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht.Krpc;

/// <summary>Writes responses and errors (BEP 5, 42, 44). A destination of <see cref="KrpcMessage.BytesMax"/> holds any.</summary>
internal static class KrpcAnswer
{
    /// <summary>What a response carries beside the sender's id; what is empty is left out.</summary>
    public struct Content
    {
        /// <summary>Contacts of IPv4.</summary>
        public ArraySegment<DhtContact> Nodes;

        /// <summary>Contacts of IPv6.</summary>
        public ArraySegment<DhtContact> Nodes6;

        /// <summary>A write token.</summary>
        public byte[]? Token;

        /// <summary>Peers of an info-hash.</summary>
        public IReadOnlyList<InternetEndpoint>? Peers;

        /// <summary>An item.</summary>
        public DhtItem? Item;

        /// <summary>Whether only the item's sequence number is sent: the asker has this one.</summary>
        public bool SequenceOnly;
    }

    public static int WriteResponse(Span<byte> destination, ReadOnlySpan<byte> transaction, in DhtId self, in InternetEndpoint asker, in Content content)
    {
        BencodeWriter writer = new(destination);
        writer.BeginDictionary();
        writer.WriteString("ip"u8);
        CompactForm.Write(writer.BeginString(CompactForm.EndpointBytes(!asker.Address.IsV4)), asker);
        writer.WriteString("r"u8);
        writer.BeginDictionary();
        KrpcQuery.WriteId(ref writer, "id"u8, self);
        DhtItem? item = content.Item;
        if (item is { IsMutable: true } && !content.SequenceOnly)
        {
            writer.WriteString("k"u8, item.PublicKey);
        }

        WriteContacts(ref writer, "nodes"u8, content.Nodes, isV6: false);
        WriteContacts(ref writer, "nodes6"u8, content.Nodes6, isV6: true);
        if (item is { IsMutable: true })
        {
            writer.WriteInteger("seq"u8, item.Sequence);
            if (!content.SequenceOnly)
            {
                writer.WriteString("sig"u8, item.Signature);
            }
        }

        if (content.Token is not null)
        {
            writer.WriteString("token"u8, content.Token);
        }

        if (item is not null && !content.SequenceOnly)
        {
            writer.WriteString("v"u8);
            writer.WriteElement(item.Value);
        }

        WritePeers(ref writer, content.Peers);
        writer.End();
        Finish(ref writer, transaction, "r"u8);
        return writer.Position;
    }

    public static int WriteError(Span<byte> destination, ReadOnlySpan<byte> transaction, KrpcError error)
    {
        BencodeWriter writer = new(destination);
        writer.BeginDictionary();
        writer.WriteString("e"u8);
        writer.BeginList();
        writer.WriteInteger((long)error);
        writer.WriteString(TextOf(error));
        writer.End();
        Finish(ref writer, transaction, "e"u8);
        return writer.Position;
    }

    private static void WriteContacts(ref BencodeWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<DhtContact> contacts, bool isV6)
    {
        if (contacts.IsEmpty)
        {
            return;
        }

        writer.WriteString(key);
        Span<byte> room = writer.BeginString(contacts.Length * CompactForm.ContactBytes(isV6));
        foreach (DhtContact contact in contacts)
        {
            room = room[CompactForm.Write(room, contact)..];
        }
    }

    private static void WritePeers(ref BencodeWriter writer, IReadOnlyList<InternetEndpoint>? peers)
    {
        if (peers is null or { Count: 0 })
        {
            return;
        }

        writer.WriteString("values"u8);
        writer.BeginList();
        foreach (InternetEndpoint peer in peers)
        {
            CompactForm.Write(writer.BeginString(CompactForm.EndpointBytes(!peer.Address.IsV4)), peer);
        }

        writer.End();
    }

    private static void Finish(ref BencodeWriter writer, ReadOnlySpan<byte> transaction, ReadOnlySpan<byte> kind)
    {
        writer.WriteString("t"u8, transaction);
        writer.WriteString("v"u8, "KT\0\u0001"u8);
        writer.WriteString("y"u8, kind);
        writer.End();
    }

    private static ReadOnlySpan<byte> TextOf(KrpcError error) => error switch
    {
        KrpcError.Server => "Server Error"u8,
        KrpcError.Protocol => "Protocol Error"u8,
        KrpcError.MethodUnknown => "Method Unknown"u8,
        KrpcError.ValueTooBig => "Message (v field) too big"u8,
        KrpcError.InvalidSignature => "Invalid signature"u8,
        KrpcError.SaltTooBig => "Salt too big"u8,
        KrpcError.CasMismatch => "CAS mismatch"u8,
        KrpcError.SequenceTooLow => "Sequence number less than current"u8,
        _ => "Generic Error"u8,
    };
}
