using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Simulator.Dht;

/// <summary>
/// A hostile node. As a liar it answers with false nodes beside the target, false values, tokens that are none, and answers as long as they come; as a sybil it
/// answers like an honest node that happens to know only its fellows, takes what is put and forgets it.
/// </summary>
internal sealed class Liar(Gang gang, DhtContact self, bool isSybil) : ICrowdNode
{
    private const int LongestAnswer = 1900;

    private readonly Queue<(InternetEndpoint To, byte[] Bytes)> _queue = new();

    /// <inheritdoc/>
    public InternetEndpoint Endpoint => self.Endpoint;

    /// <inheritdoc/>
    public Instant NextTimeout => Instant.Never;

    /// <summary>Asks somebody something, so as to be remembered.</summary>
    public void Greet(InternetEndpoint to)
    {
        byte[] query = new byte[KrpcMessage.BytesMax];
        int length = new KrpcQuery(gang.Random.NextUInt32(), self.Id, isReadOnly: false, isV6: false).WritePing(query);
        _queue.Enqueue((to, query[..length]));
    }

    /// <inheritdoc/>
    public void HandleDatagram(Instant now, InternetEndpoint source, byte[] datagram)
    {
        if (!KrpcMessage.TryDecode(datagram, out KrpcMessage query) || query.Kind != KrpcKind.Query)
        {
            return;
        }

        byte[] answer = new byte[4096];
        DhtId id = gang.IdFor(source, self);
        DhtId target = default;
        bool isSearch = KrpcMessage.TryGetId(query.Body, "target"u8, out target) || KrpcMessage.TryGetId(query.Body, "info_hash"u8, out target);
        int length = !isSearch ? KrpcAnswer.WriteResponse(answer, query.Transaction, id, source, default)
            : isSybil ? WriteSybil(answer, query, id, source, target)
            : WriteLie(answer, query, id, source, target);
        _queue.Enqueue((source, answer[..length]));
    }

    /// <inheritdoc/>
    public void HandleTimeout(Instant now)
    {
    }

    /// <inheritdoc/>
    public bool TryGetTransmit(Span<byte> buffer, out DhtTransmit transmit)
    {
        transmit = default;
        if (!_queue.TryDequeue(out (InternetEndpoint To, byte[] Bytes) next))
        {
            return false;
        }

        next.Bytes.AsSpan(0, Math.Min(next.Bytes.Length, buffer.Length)).CopyTo(buffer);
        transmit = new DhtTransmit(next.To, Math.Min(next.Bytes.Length, buffer.Length));
        return true;
    }

    private int WriteSybil(Span<byte> answer, in KrpcMessage query, DhtId id, InternetEndpoint source, DhtId target)
    {
        KrpcAnswer.Content content = default;
        content.Nodes = gang.Nearest(target, DhtLimits.BucketSize);
        content.Token = [1, 2, 3, 4];
        return KrpcAnswer.WriteResponse(answer, query.Transaction, id, source, content);
    }

    private int WriteLie(Span<byte> answer, in KrpcMessage query, DhtId id, InternetEndpoint source, DhtId target)
    {
        int kind = gang.Random.NextBelow(4);
        DhtContact[] nodes = kind switch
        {
            0 => gang.Pretend(source, target, 16),
            1 => [.. gang.Pretend(source, target, 8), .. gang.Invent(target, 8)],
            2 => gang.Invent(target, LongestAnswer / CompactForm.ContactBytes(false)),
            _ => gang.Nearest(target, 16),
        };
        BencodeWriter writer = new(answer);
        writer.BeginDictionary();
        writer.WriteString("ip"u8);
        CompactForm.Write(writer.BeginString(6), new InternetEndpoint(InternetAddress.FromV4(gang.Random.NextUInt32() | 0x01000000), 1));
        writer.WriteString("r"u8);
        writer.BeginDictionary();
        KrpcQuery.WriteId(ref writer, "id"u8, id);
        if (kind != 2)
        {
            writer.WriteString("k"u8, Noise(32));
        }

        WriteNodes(ref writer, nodes);
        if (kind != 2)
        {
            writer.WriteInteger("seq"u8, long.MaxValue);
            writer.WriteString("sig"u8, Noise(64));
            writer.WriteString("token"u8, Noise(kind == 3 ? 200 : 4));
            writer.WriteString("v"u8, Noise(kind == 0 ? 900 : 1));
        }

        writer.End();
        writer.WriteString("t"u8, query.Transaction);
        writer.WriteString("y"u8, "r"u8);
        writer.End();
        return writer.Position;
    }

    private static void WriteNodes(ref BencodeWriter writer, DhtContact[] nodes)
    {
        writer.WriteString("nodes"u8);
        Span<byte> room = writer.BeginString(nodes.Length * CompactForm.ContactBytes(false));
        foreach (DhtContact contact in nodes)
        {
            room = room[CompactForm.Write(room, contact)..];
        }
    }

    private byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        gang.Random.Fill(noise);
        return noise;
    }
}
