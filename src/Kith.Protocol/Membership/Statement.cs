using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>
/// One signed statement of a network's log: a link in its author's hash chain, tied to the newest statements of others that the author had
/// seen. Immutable and thread-safe. Decoding checks the form alone; <see cref="IsSigned"/> checks the signature.
/// </summary>
public sealed class Statement
{
    /// <summary>The version that the first byte tells.</summary>
    public const byte Version = 1;

    private const int FixedBytes = 1 + 32 + 32 + 8 + 32 + 1 + 8 + 1 + 4 + Ed25519.SignatureBytes;

    private readonly byte[] _encoded;
    private bool _isKnownToBeSigned;

    private Statement(byte[] encoded) => _encoded = encoded;

    private static ReadOnlySpan<byte> Domain => "kith statement v1\n"u8;

    /// <summary>The network as stated: zero in the genesis statement, whose hash is the network's id.</summary>
    public required NetworkId StatedNetwork { get; init; }

    /// <summary>The network this belongs to.</summary>
    public NetworkId Network => Type == BodyType.Genesis ? new NetworkId(Hash) : StatedNetwork;

    /// <summary>Who states it and signed it.</summary>
    public required NodeId Author { get; init; }

    /// <summary>The place in the author's chain, from 1.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>The hash of the author's statement before this; zero for the first.</summary>
    public required Bytes32 Previous { get; init; }

    /// <summary>The hashes of the newest statements of others that the author had seen, strictly ascending.</summary>
    public required IReadOnlyList<Bytes32> Parents { get; init; }

    /// <summary>The hybrid logical time at the author.</summary>
    public required HybridTime Time { get; init; }

    /// <summary>What is stated.</summary>
    public required StatementBody Body { get; init; }

    /// <summary>The kind of <see cref="Body"/>.</summary>
    public BodyType Type => Body.Type;

    /// <summary>The BLAKE2s-256 hash of the encoded statement, signature included.</summary>
    public required Bytes32 Hash { get; init; }

    /// <summary>The statement as it travels and as it is kept.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>
    /// Whether the author signed this. Signatures are checked in their strict form, so nobody but the author can make a second encoding
    /// (and thereby a second hash) of the same statement.
    /// </summary>
    public bool IsSigned()
    {
        if (_isKnownToBeSigned)
        {
            return true;
        }

        Span<byte> key = stackalloc byte[NodeId.Length];
        Author.WriteTo(key);
        int signedBytes = _encoded.Length - Ed25519.SignatureBytes;
        _isKnownToBeSigned = Ed25519.Verify(key, Message(_encoded.AsSpan(0, signedBytes)), _encoded.AsSpan(signedBytes));
        return _isKnownToBeSigned;
    }

    /// <summary>Reads a statement; false where its form breaks a rule. The bytes are copied.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out Statement? statement)
    {
        statement = null;
        SpanReader reader = new(encoded);
        if (encoded.Length > MembershipLimits.StatementBytesMax
            || !reader.TryReadByte(out byte version) || version != Version
            || !StatementBody.TryReadBytes32(ref reader, out Bytes32 network)
            || !StatementBody.TryReadBytes32(ref reader, out Bytes32 author)
            || !reader.TryReadUInt64(out ulong sequence)
            || !StatementBody.TryReadBytes32(ref reader, out Bytes32 previous)
            || !TryReadParents(ref reader, previous, out Bytes32[]? parents)
            || !reader.TryReadUInt64(out ulong time)
            || !reader.TryReadByte(out byte type)
            || !reader.TryReadUInt32(out uint bodyLength) || bodyLength > MembershipLimits.StatementBytesMax
            || !reader.TryReadBytes((int)bodyLength, out ReadOnlySpan<byte> bodyBytes)
            || !reader.TryReadBytes(Ed25519.SignatureBytes, out _)
            || reader.Remaining != 0
            || !StatementBody.TryDecode((BodyType)type, bodyBytes, out StatementBody? body)
            || !PlaceIsSound(body.Type, network, sequence, previous, parents))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(encoded, hash);
        statement = new Statement(encoded.ToArray())
        {
            StatedNetwork = new NetworkId(network),
            Author = new NodeId(author),
            Sequence = sequence,
            Previous = previous,
            Parents = parents,
            Time = new HybridTime(time),
            Body = body,
            Hash = new Bytes32(hash),
        };
        return true;
    }

    /// <summary>Writes and signs a statement.</summary>
    /// <param name="network">The network; the default value for a genesis statement.</param>
    /// <param name="author">The author's key.</param>
    /// <param name="sequence">The place in the author's chain.</param>
    /// <param name="previous">The hash of the author's statement before; zero for the first.</param>
    /// <param name="parents">Hashes of others' statements, at most <see cref="MembershipLimits.ParentsMax"/>, in any order.</param>
    /// <param name="time">The time.</param>
    /// <param name="body">What is stated.</param>
    /// <exception cref="ArgumentException">What would be written breaks a rule of the form.</exception>
    public static Statement Sign(
        NetworkId network, NodeKey author, ulong sequence, Bytes32 previous, IEnumerable<Bytes32> parents, HybridTime time, StatementBody body)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(body);
        byte[] encoded = EncodeUnsigned(network, author.Id, sequence, previous, parents, time, body);
        int signedBytes = encoded.Length - Ed25519.SignatureBytes;
        author.Sign(Message(encoded.AsSpan(0, signedBytes)), encoded.AsSpan(signedBytes));
        return TryDecode(encoded, out Statement? statement) ? statement : throw new ArgumentException("The statement breaks a rule of its form.", nameof(body));
    }

    /// <summary>Writes a statement and leaves zeros for its signature.</summary>
    internal static byte[] EncodeUnsigned(
        NetworkId network, NodeId author, ulong sequence, Bytes32 previous, IEnumerable<Bytes32> parents, HybridTime time, StatementBody body)
    {
        Bytes32[] sorted = [.. parents];
        Array.Sort(sorted);
        byte[] encoded = new byte[FixedBytes + (sorted.Length * Bytes32.Length) + body.EncodedLength];
        SpanWriter writer = new(encoded);
        writer.WriteByte(Version);
        network.WriteTo(writer.Take(NetworkId.Length));
        author.WriteTo(writer.Take(NodeId.Length));
        writer.WriteUInt64(sequence);
        previous.WriteTo(writer.Take(Bytes32.Length));
        writer.WriteByte((byte)sorted.Length);
        foreach (Bytes32 parent in sorted)
        {
            parent.WriteTo(writer.Take(Bytes32.Length));
        }

        writer.WriteUInt64(time.Value);
        writer.WriteByte((byte)body.Type);
        writer.WriteUInt32((uint)body.EncodedLength);
        body.Encode(ref writer);
        return encoded;
    }

    /// <summary>The kind, the author and the place, for logs and failing tests.</summary>
    public override string ToString() => $"{Body.GetType().Name} {Sequence} of {Author.ToString()[..8]} ({Hash.ToString()[..8]})";

    private static byte[] Message(ReadOnlySpan<byte> unsigned)
    {
        byte[] message = new byte[Domain.Length + unsigned.Length];
        Domain.CopyTo(message);
        unsigned.CopyTo(message.AsSpan(Domain.Length));
        return message;
    }

    private static bool PlaceIsSound(BodyType type, Bytes32 network, ulong sequence, Bytes32 previous, Bytes32[] parents)
    {
        bool isGenesis = type == BodyType.Genesis;
        return sequence is >= 1 and <= MembershipLimits.StatementsPerAuthorMax
            && previous.IsZero == (sequence == 1)
            && network.IsZero == isGenesis
            && (!isGenesis || (sequence == 1 && parents.Length == 0))
            && (isGenesis || sequence > 1 || parents.Length > 0);
    }

    private static bool TryReadParents(ref SpanReader reader, Bytes32 previous, [NotNullWhen(true)] out Bytes32[]? parents)
    {
        parents = null;
        if (!reader.TryReadByte(out byte count) || count > MembershipLimits.ParentsMax)
        {
            return false;
        }

        Bytes32[] read = new Bytes32[count];
        for (int i = 0; i < count; i++)
        {
            if (!StatementBody.TryReadBytes32(ref reader, out read[i])
                || read[i].IsZero || read[i] == previous || (i > 0 && read[i].CompareTo(read[i - 1]) <= 0))
            {
                return false;
            }
        }

        parents = read;
        return true;
    }
}
