using System.Buffers.Binary;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Statements that were on disk and are not any more: noticed, and fetched again from members.</content>
public sealed partial class NodeCore
{
    private const int OwnHeadBytes = 8 + Bytes32.Length;
    private static readonly TimeSpan KeepMemoryInterval = TimeSpan.FromSeconds(5);

    private readonly List<NetworkId> _lostNetworks = [];

    private Head UnknownOwnHead => new(Id, ulong.MaxValue, default);

    /// <summary>Networks of which so much is damaged that it is not known whom to ask for it: an invite of a member brings them back.</summary>
    public IReadOnlyList<NetworkId> LostNetworks => _lostNetworks;

    /// <summary>Whether statements of a network are missing that were here before and are being fetched from its members.</summary>
    public bool IsBeingRepaired(NetworkId id) => _networks.GetValueOrDefault(id)?.Repair is not null;

    // False if there is nothing to go on with: a network that was being joined when the node ended, or one that is lost.
    private bool TryFindGaps(ClockReading now, LocalNetwork network, List<Statement> waiting)
    {
        NetworkMemory? memory = LoadMemory(network);
        network.OwnHead = LoadOwnHead(network);
        bool isSalvaged = _store.IsSalvaged(network.Id) || waiting.Count > 0;
        bool isWhole = network.OwnHead is { } own ? network.Log.TryGet(own.Hash, out _) : !isSalvaged;
        isWhole &= memory?.IsIn(network.Log) ?? !isSalvaged;
        if (isWhole)
        {
            NoteOwnHead(network);
            network.KeepMemoryAt = memory is null ? now.Monotonic : Instant.Never;
            return network.Log.HasGenesis;
        }

        // Also the next start is to know that it does not know.
        if (network.OwnHead is null)
        {
            network.OwnHead = UnknownOwnHead;
            KeepOwnHead(network);
        }

        // Without a memory the others must be known from the statements that are left.
        if (memory is null && (network.Log.Folded is not { Members.Count: > 1 } folded || !folded.Members.ContainsKey(Id)))
        {
            _lostNetworks.Add(network.Id);
            return false;
        }

        network.Repair = new LogRepair(memory, waiting, now.Monotonic);
        network.Log.StandIn = memory?.State;
        return true;
    }

    // A network that is joined again may be one of which something was lost.
    private void FindGaps(ClockReading now, LocalNetwork network)
    {
        _lostNetworks.Remove(network.Id);
        network.KeepMemoryAt = now.Monotonic;
        network.OwnHead = LoadOwnHead(network);
        if (network.OwnHead is { } own && !network.Log.TryGet(own.Hash, out _))
        {
            network.Repair = new LogRepair(null, [], now.Monotonic);
        }
        else
        {
            NoteOwnHead(network);
        }
    }

    // Once a second.
    private void Repair(ClockReading now)
    {
        foreach (SyncStream stream in _syncStreams)
        {
            if (stream is { Network.Repair: { } repair, Peer: { } peer, Sync.IsCaughtUp: true })
            {
                repair.NoteHeard(peer.Id);
            }
        }

        foreach (LocalNetwork network in _networks.Values.Where(static network => network.Repair is not null).ToList())
        {
            RepairIfWhole(now, network);
        }

        KeepMemories(now.Monotonic);
    }

    private void RepairIfWhole(ClockReading now, LocalNetwork network)
    {
        if (network.Repair?.IsOver(network.Log, Id, network.OwnHead, now.Monotonic) != true)
        {
            return;
        }

        network.Repair = null;
        network.Log.StandIn = null;
        NoteOwnHead(network);
        Raise(new NodeEvent.Repaired(network.Id));
        HandleNewStatements(now, network);
    }

    // After a statement of this device was stored and before it is sent: so the number that is kept is never less than what others may have seen.
    private void NoteOwnHead(LocalNetwork network)
    {
        if (network.Log.HeadOf(Id) is { } head && network.OwnHead != head)
        {
            network.OwnHead = head;
            KeepOwnHead(network);
        }
    }

    private void KeepOwnHead(LocalNetwork network)
    {
        byte[] content = new byte[OwnHeadBytes];
        BinaryPrimitives.WriteUInt64BigEndian(content, network.OwnHead!.Value.Sequence);
        network.OwnHead.Value.Hash.WriteTo(content.AsSpan(8));
        StoreResult result = _store.ReplaceDocument(network.OwnHeadDocument, content);
        network.IsOwnHeadKept = result.IsOk;
        if (!result.IsOk)
        {
            Raise(new NodeEvent.StoreFailed(result));
        }
    }

    private Head? LoadOwnHead(LocalNetwork network)
    {
        if (!_store.TryReadDocument(network.OwnHeadDocument, out byte[]? content) || content.Length != OwnHeadBytes)
        {
            return null;
        }

        network.IsOwnHeadKept = true;
        return new Head(Id, BinaryPrimitives.ReadUInt64BigEndian(content), new Bytes32(content.AsSpan(8)));
    }

    private NetworkMemory? LoadMemory(LocalNetwork network)
    {
        foreach (string document in network.MemoryDocuments)
        {
            if (_store.TryReadDocument(document, out byte[]? content) && NetworkMemory.TryDecode(network.Id, content, out NetworkMemory? memory))
            {
                return memory;
            }
        }

        return null;
    }

    private bool KeepMemory(LocalNetwork network)
    {
        byte[] memory = NetworkMemory.Of(network.Log).Encode();
        foreach (string document in network.MemoryDocuments)
        {
            StoreResult result = _store.ReplaceDocument(document, memory);
            if (!result.IsOk)
            {
                Raise(new NodeEvent.StoreFailed(result));
                return false;
            }
        }

        return true;
    }

    // Only what is on disk is remembered to be: else a full disk would look like a damaged one.
    private void KeepMemories(Instant due)
    {
        foreach (LocalNetwork network in _networks.Values)
        {
            if (network.KeepMemoryAt == Instant.Never || network.KeepMemoryAt > due || network.Repair is not null)
            {
                continue;
            }

            bool isKept = network.StoredCount == network.Log.Statements.Count || StoreTail(network).IsOk;
            isKept = isKept && KeepMemory(network);
            network.KeepMemoryAt = isKept ? Instant.Never : due == Instant.Never ? due : due + SaveAgainInterval;
            if (network.OwnHead is not null && !network.IsOwnHeadKept)
            {
                KeepOwnHead(network);
            }
        }
    }
}
