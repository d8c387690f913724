using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery;

/// <summary>
/// Where a node may be reached, as it states and signs it itself. Members pass it on unchanged and keep the newest. Immutable.
/// On the wire: version (1 byte, 1), node id (32), sequence (8), issued (8), NAT class (1), candidates (count, then each),
/// relays (count, then 32 bytes each), Ed25519 signature (64) over <see cref="SignaturePrefix"/> and all that comes before it.
/// </summary>
public sealed class Whereabouts
{
    /// <summary>The version this code writes and reads.</summary>
    public const byte Version = 1;

    /// <summary>The most members it may name as relays.</summary>
    public const int RelaysMax = 8;

    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 1 + NodeId.Length + 8 + 8 + 1 + 1 + (Candidate.CountMax * Candidate.BytesMax) + 1 + (RelaysMax * NodeId.Length) + Ed25519.SignatureBytes;

    private readonly byte[] _encoded;

    private Whereabouts(byte[] encoded, NodeId node, ulong sequence, long issued, NatClass nat, Candidate[] candidates, NodeId[] relays)
    {
        _encoded = encoded;
        Node = node;
        Sequence = sequence;
        IssuedMilliseconds = issued;
        Nat = nat;
        Candidates = candidates;
        Relays = relays;
    }

    /// <summary>What is signed begins with these bytes, so that no other signature of the same key can be taken for one of these.</summary>
    public static ReadOnlySpan<byte> SignaturePrefix => "kith whereabouts 1\0"u8;

    /// <summary>Whose.</summary>
    public NodeId Node { get; }

    /// <summary>Higher is newer. A node that lost its state still goes up if it takes the larger of the last one plus one and its wall clock in milliseconds.</summary>
    public ulong Sequence { get; }

    /// <summary>When it was signed: Unix time in milliseconds by the node's own clock. For people; order is by <see cref="Sequence"/>.</summary>
    public long IssuedMilliseconds { get; }

    /// <summary>What the node knows of its address translation.</summary>
    public NatClass Nat { get; }

    /// <summary>Endpoints, best first, at most <see cref="Candidate.CountMax"/>.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Members that relay for it, at most <see cref="RelaysMax"/>.</summary>
    public IReadOnlyList<NodeId> Relays { get; }

    /// <summary>The encoding, signature included.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>States and signs. Candidates that may not be stated (<see cref="Candidate.IsStatable"/>) are left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More candidates or relays than may be stated.</exception>
    public static Whereabouts Sign(NodeKey key, ulong sequence, long issuedMilliseconds, NatClass nat, IReadOnlyList<Candidate> candidates, IReadOnlyList<NodeId> relays)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(relays.Count, RelaysMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(candidates.Count, Candidate.CountMax);
        Candidate[] stated = [.. candidates.Where(static candidate => candidate.IsStatable)];
        Span<byte> buffer = stackalloc byte[SignaturePrefix.Length + BytesMax];
        SpanWriter writer = new(buffer);
        writer.WriteBytes(SignaturePrefix);
        writer.WriteByte(Version);
        key.Id.WriteTo(writer.Take(NodeId.Length));
        writer.WriteUInt64(sequence);
        writer.WriteUInt64((ulong)issuedMilliseconds);
        writer.WriteByte((byte)nat);
        Candidate.WriteList(ref writer, stated);
        writer.WriteByte((byte)relays.Count);
        foreach (NodeId relay in relays)
        {
            relay.WriteTo(writer.Take(NodeId.Length));
        }

        ReadOnlySpan<byte> message = writer.Written;
        key.Sign(message, writer.Take(Ed25519.SignatureBytes));
        byte[] encoded = writer.Written[SignaturePrefix.Length..].ToArray();
        return new Whereabouts(encoded, key.Id, sequence, issuedMilliseconds, nat, stated, [.. relays]);
    }

    /// <summary>Reads a record; false if malformed or of another version. Does not look at the signature: see <see cref="Verify"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out Whereabouts? whereabouts)
    {
        whereabouts = null;
        SpanReader reader = new(encoded);
        if (!reader.TryReadByte(out byte version) || version != Version
            || !reader.TryReadBytes(NodeId.Length, out ReadOnlySpan<byte> node)
            || !reader.TryReadUInt64(out ulong sequence) || !reader.TryReadUInt64(out ulong issued) || !reader.TryReadByte(out byte nat)
            || !Candidate.TryReadList(ref reader, out Candidate[] candidates)
            || !reader.TryReadByte(out byte relayCount) || relayCount > RelaysMax)
        {
            return false;
        }

        NodeId[] relays = new NodeId[relayCount];
        for (int i = 0; i < relayCount; i++)
        {
            if (!reader.TryReadBytes(NodeId.Length, out ReadOnlySpan<byte> relay))
            {
                return false;
            }

            relays[i] = new NodeId(relay);
        }

        if (reader.Remaining != Ed25519.SignatureBytes)
        {
            return false;
        }

        whereabouts = new Whereabouts(encoded.ToArray(), new NodeId(node), sequence, (long)issued, (NatClass)nat, candidates, relays);
        return true;
    }

    /// <summary>Writes the record; returns its length, at most <see cref="BytesMax"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        _encoded.CopyTo(destination);
        return _encoded.Length;
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
}
