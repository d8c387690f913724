using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Relay;

/// <summary>
/// The links of a member to the members of one network that it reaches itself, as it states and signs them. Members pass it on unchanged and keep the newest.
/// Immutable. On the wire: version (1 byte, 1), network id (32), node id (32), sequence (8), count (1), links (11 each, by rising short id), Ed25519 signature (64)
/// over <see cref="SignaturePrefix"/> and all that comes before it.
/// </summary>
public sealed class LinkReport
{
    /// <summary>The version this code writes and reads.</summary>
    public const byte Version = 1;

    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = HeaderBytes + (LinkLimits.LinksMax * StatedLink.Bytes) + Ed25519.SignatureBytes;

    private const int HeaderBytes = 1 + NetworkId.Length + NodeId.Length + 8 + 1;

    private readonly byte[] _encoded;
    private readonly StatedLink[] _links;

    private LinkReport(byte[] encoded, NetworkId network, NodeId node, ulong sequence, StatedLink[] links)
    {
        _encoded = encoded;
        _links = links;
        Network = network;
        Node = node;
        Sequence = sequence;
    }

    /// <summary>What is signed begins with these bytes, so that no other signature of the same key can be taken for one of these.</summary>
    public static ReadOnlySpan<byte> SignaturePrefix => "kith links 1\0"u8;

    /// <summary>The network whose members these are.</summary>
    public NetworkId Network { get; }

    /// <summary>Whose links.</summary>
    public NodeId Node { get; }

    /// <summary>Higher is newer; made as that of the whereabouts is.</summary>
    public ulong Sequence { get; }

    /// <summary>The links by rising short id of the neighbour, at most <see cref="LinkLimits.LinksMax"/>.</summary>
    public ReadOnlySpan<StatedLink> Links => _links;

    /// <summary>The encoding, signature included.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>States and signs links, which need no order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="LinkLimits.LinksMax"/> links.</exception>
    public static LinkReport Sign(NodeKey key, NetworkId network, ulong sequence, IReadOnlyCollection<StatedLink> links)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(links.Count, LinkLimits.LinksMax);
        StatedLink[] stated = [.. links.OrderBy(static link => link.Neighbour)];
        Span<byte> buffer = stackalloc byte[SignaturePrefix.Length + BytesMax];
        SpanWriter writer = new(buffer);
        writer.WriteBytes(SignaturePrefix);
        writer.WriteByte(Version);
        network.WriteTo(writer.Take(NetworkId.Length));
        key.Id.WriteTo(writer.Take(NodeId.Length));
        writer.WriteUInt64(sequence);
        writer.WriteByte((byte)stated.Length);
        foreach (StatedLink link in stated)
        {
            writer.WriteUInt64(link.Neighbour);
            writer.WriteUInt16(link.RttUnits);
            writer.WriteByte(link.LossUnits);
        }

        ReadOnlySpan<byte> message = writer.Written;
        key.Sign(message, writer.Take(Ed25519.SignatureBytes));
        return new LinkReport(writer.Written[SignaturePrefix.Length..].ToArray(), network, key.Id, sequence, stated);
    }

    /// <summary>Reads a report; false if malformed, of another version, or with links that are not in order. Does not look at the signature: see <see cref="Verify"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out LinkReport? report)
    {
        report = null;
        SpanReader reader = new(encoded);
        if (!reader.TryReadByte(out byte version) || version != Version
            || !reader.TryReadBytes(NetworkId.Length, out ReadOnlySpan<byte> network)
            || !reader.TryReadBytes(NodeId.Length, out ReadOnlySpan<byte> node)
            || !reader.TryReadUInt64(out ulong sequence)
            || !reader.TryReadByte(out byte count) || count > LinkLimits.LinksMax
            || !TryReadLinks(ref reader, count, out StatedLink[] links)
            || reader.Remaining != Ed25519.SignatureBytes)
        {
            return false;
        }

        report = new LinkReport(encoded.ToArray(), new NetworkId(network), new NodeId(node), sequence, links);
        return true;
    }

    /// <summary>The link to a member, if it is stated.</summary>
    public bool TryGetLink(ulong neighbour, out StatedLink link)
    {
        int index = Array.BinarySearch(_links, new StatedLink(neighbour, 0, 0), ByNeighbour.Instance);
        link = index >= 0 ? _links[index] : default;
        return index >= 0;
    }

    /// <summary>Whether the node itself signed it. Costs one signature check.</summary>
    public bool Verify()
    {
        Span<byte> message = stackalloc byte[SignaturePrefix.Length + BytesMax];
        int signed = _encoded.Length - Ed25519.SignatureBytes;
        SignaturePrefix.CopyTo(message);
        _encoded.AsSpan(0, signed).CopyTo(message[SignaturePrefix.Length..]);
        return Ed25519.Verify(Node.ToArray(), message[..(SignaturePrefix.Length + signed)], _encoded.AsSpan(signed));
    }

    // Rising order and no neighbour twice: so a set of links has one encoding.
    private static bool TryReadLinks(ref SpanReader reader, int count, out StatedLink[] links)
    {
        links = new StatedLink[count];
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt64(out ulong neighbour) || !reader.TryReadUInt16(out ushort rtt) || !reader.TryReadByte(out byte loss)
                || (i > 0 && neighbour <= links[i - 1].Neighbour))
            {
                return false;
            }

            links[i] = new StatedLink(neighbour, rtt, loss);
        }

        return true;
    }

    private sealed class ByNeighbour : IComparer<StatedLink>
    {
        public static readonly ByNeighbour Instance = new();

        public int Compare(StatedLink x, StatedLink y) => x.Neighbour.CompareTo(y.Neighbour);
    }
}
