using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery;

/// <summary>
/// The newest <see cref="Whereabouts"/> of each node, for the way back into a network when nothing else helps. Never replaces a record by an older
/// one. On disk: "kithwher" and version 1 (8 + 1 bytes), count (4), then each record as length (2) and bytes, oldest change first, then the BLAKE2s-256 hash of all
/// that (32). Who may have an entry is the caller's to decide. Not thread-safe.
/// </summary>
public sealed class WhereaboutsCache
{
    /// <summary>The most nodes kept; beyond it the one that changed longest ago goes.</summary>
    public const int NodesMax = 8192;

    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = HeaderBytes + (NodesMax * (2 + Whereabouts.BytesMax)) + Blake2s.HashBytes;

    private const int HeaderBytes = 8 + 1 + 4;
    private const byte FormatVersion = 1;

    private readonly NewestByNode<Whereabouts> _newest = new();

    /// <summary>How many nodes are known.</summary>
    public int Count => _newest.Count;

    /// <summary>All records, the one that changed longest ago first.</summary>
    public IEnumerable<Whereabouts> Records => _newest.Records;

    /// <summary>Grows with every change; see <see cref="ChangedSince"/>.</summary>
    internal ulong Revision => _newest.Revision;

    private static ReadOnlySpan<byte> Magic => "kithwher"u8;

    /// <summary>The newest record of a node.</summary>
    public bool TryGet(NodeId node, [NotNullWhen(true)] out Whereabouts? whereabouts) => _newest.TryGet(node, out whereabouts);

    /// <summary>Takes a record in if it is newer than what is known of its node and truly signed by it; says whether it did.</summary>
    public bool Offer(Whereabouts whereabouts) => Offer(whereabouts, null);

    /// <summary>As <see cref="Offer(Whereabouts)"/>, of a record that somebody told who need not be told it.</summary>
    internal bool Offer(Whereabouts whereabouts, object? from)
    {
        // The cheap question first: the signature of what is old news is never checked.
        if ((TryGet(whereabouts.Node, out Whereabouts? known) && known.Sequence >= whereabouts.Sequence) || !whereabouts.Verify())
        {
            return false;
        }

        Put(whereabouts, from);
        return true;
    }

    /// <summary>Forgets a node.</summary>
    public bool Remove(NodeId node) => _newest.Remove(node);

    /// <summary>Lets a node's record count as changed.</summary>
    internal void Touch(NodeId node) => _newest.Touch(node);

    /// <summary>What changed after a revision and was not told by <paramref name="to"/>, the last change first.</summary>
    internal IEnumerable<Whereabouts> ChangedSince(ulong revision, object to) => _newest.ChangedSince(revision, to);

    /// <summary>The file.</summary>
    public byte[] Encode()
    {
        int length = HeaderBytes + Blake2s.HashBytes + _newest.Records.Sum(static record => 2 + record.Encoded.Length);
        byte[] file = new byte[length];
        SpanWriter writer = new(file);
        writer.WriteBytes(Magic);
        writer.WriteByte(FormatVersion);
        writer.WriteUInt32((uint)_newest.Count);
        foreach (Whereabouts record in _newest.Records)
        {
            writer.WriteUInt16((ushort)record.Encoded.Length);
            writer.WriteBytes(record.Encoded);
        }

        Blake2s.Hash(writer.Written, file.AsSpan(writer.Position));
        return file;
    }

    /// <summary>
    /// Reads a file that <see cref="Encode"/> wrote; false if a single byte of it is not as it was written. Signatures are not checked again: they were when
    /// the records came in, and whoever can write here could as well replace this program.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> file, [NotNullWhen(true)] out WhereaboutsCache? cache)
    {
        cache = null;
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        if (file.Length is < HeaderBytes + Blake2s.HashBytes or > BytesMax)
        {
            return false;
        }

        Blake2s.Hash(file[..^Blake2s.HashBytes], hash);
        return hash.SequenceEqual(file[^Blake2s.HashBytes..]) && TryDecodeBody(file[..^Blake2s.HashBytes], out cache);
    }

    /// <summary>As <see cref="TryDecode"/> without the hash at the end; what a fuzzer can get past the hash to.</summary>
    public static bool TryDecodeBody(ReadOnlySpan<byte> body, [NotNullWhen(true)] out WhereaboutsCache? cache)
    {
        cache = null;
        SpanReader reader = new(body);
        if (!reader.TryReadBytes(Magic.Length, out ReadOnlySpan<byte> magic) || !magic.SequenceEqual(Magic)
            || !reader.TryReadByte(out byte version) || version != FormatVersion
            || !reader.TryReadUInt32(out uint count) || count > NodesMax)
        {
            return false;
        }

        WhereaboutsCache read = new();
        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt16(out ushort length) || !reader.TryReadBytes(length, out ReadOnlySpan<byte> bytes)
                || !Whereabouts.TryDecode(bytes, out Whereabouts? record) || read.TryGet(record.Node, out _))
            {
                return false;
            }

            read.Put(record);
        }

        cache = read;
        return reader.Remaining == 0;
    }

    private void Put(Whereabouts whereabouts, object? from = null)
    {
        if (_newest.Count >= NodesMax && !TryGet(whereabouts.Node, out _))
        {
            Remove(_newest.Oldest);
        }

        _newest.Put(whereabouts.Node, whereabouts, from);
    }
}
