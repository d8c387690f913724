using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;

namespace Kith.Protocol.Core;

/// <summary>
/// What a node remembers across restarts: the statements of its networks and a few small documents. Synchronous, and called
/// from the core's loop alone. An answer of <see cref="StoreOutcome.Ok"/> means that what was handed over survives a kill and
/// a power cut; any other answer means that what was kept before is still there unchanged. The node key is not in here.
/// </summary>
public interface INodeStore
{
    /// <summary>The longest name of a document, in characters.</summary>
    const int DocumentNameLengthMax = 64;

    /// <summary>The largest document, in bytes.</summary>
    const int DocumentBytesMax = 16 * 1024 * 1024;

    /// <summary>The networks that statements are kept of, in the order of their ids.</summary>
    IEnumerable<NetworkId> Networks { get; }

    /// <summary>
    /// Appends encoded statements to a network's file, all or none, in this order; the first call for a network creates its file.
    /// An empty list creates the file alone, so that a network that is being joined is remembered.
    /// </summary>
    StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements);

    /// <summary>All statements kept of a network, in the order in which they were appended; none for an unknown network.</summary>
    IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network);

    /// <summary>
    /// Whether a network's statements were damaged when the store was opened, so that what <see cref="ReadStatements"/> gives is what could be saved of them.
    /// </summary>
    bool IsSalvaged(NetworkId network) => false;

    /// <summary>Forgets a network and its statements. Forgetting one that is not kept is <see cref="StoreOutcome.Ok"/>.</summary>
    StoreResult RemoveNetwork(NetworkId network);

    /// <summary>
    /// Replaces a small document as a whole: whoever reads sees the old content or the new one, never a mixture.
    /// </summary>
    /// <param name="name">One to <see cref="DocumentNameLengthMax"/> of a–z, 0–9, '-' and '.', starting with a letter or digit.</param>
    /// <param name="content">At most <see cref="DocumentBytesMax"/> bytes.</param>
    /// <exception cref="ArgumentException">The name is not of that form or the content too large.</exception>
    StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content);

    /// <summary>Reads a document; false if there is none.</summary>
    /// <exception cref="ArgumentException">The name is not of the form that <see cref="ReplaceDocument"/> takes.</exception>
    bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content);
}
