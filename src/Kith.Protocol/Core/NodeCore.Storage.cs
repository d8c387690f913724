using System.Buffers.Binary;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What is kept across restarts.</content>
public sealed partial class NodeCore
{
    private const string HandshakeClockDocument = "handshake-clock";
    private static readonly TimeSpan SaveAgainInterval = TimeSpan.FromSeconds(10);

    private Instant _saveClockAt;

    private void LoadNetworks(ClockReading now)
    {
        foreach (NetworkId id in _store.Networks.Take(NodeLimits.NetworksMax).ToList())
        {
            LocalNetwork network = new(MembershipLog.OpenWhatFits(id, _store.ReadStatements(id), out List<Statement> waiting), Id);
            if (!TryFindGaps(now, network, waiting))
            {
                continue;
            }

            network.StoredCount = network.Log.Statements.Count;
            network.WasActive = network.IsActive;
            if (_store.TryReadDocument(network.SecretDocument, out byte[]? content) && SecretMessage.TryDecode(content, out SecretMessage secret))
            {
                network.Secret = secret.Secret;
            }

            UseSecretFromLog(network);
            _networks[id] = network;
        }
    }

    // Stores first, then lets the statements into the log: what a crash could take back was never seen by anyone.
    private void Commit(ClockReading now, LocalNetwork network, string subject, PrepareResult prepared, bool keepPeers = false)
    {
        if (prepared.Outcome == PrepareOutcome.NothingToDo)
        {
            return;
        }

        if (!prepared.IsOk)
        {
            throw new NodeCoreException(ToError(prepared.Outcome), prepared.Outcome is PrepareOutcome.BadName or PrepareOutcome.NameTaken ? subject : network.Log.State.Name);
        }

        if (network.Repair is not null)
        {
            throw new NodeCoreException(NodeCoreError.BeingRepaired, network.Log.State.Name);
        }

        Require(StoreTail(network));
        Require(_store.AppendStatements(network.Id, [.. prepared.Statements.Select(statement => statement.Encoded)]));
        foreach (Statement statement in prepared.Statements)
        {
            network.Log.Add(statement);
        }

        network.StoredCount = network.Log.Statements.Count;
        NoteOwnHead(network);
        HandleNewStatements(now, network, keepPeers);
        Settle(now);
    }

    // Statements that entered the log from others and are not stored yet, because they just came or the disk was full.
    private StoreResult StoreTail(LocalNetwork network)
    {
        IReadOnlyList<Statement> statements = network.Log.Statements;
        if (network.StoredCount == statements.Count)
        {
            return StoreResult.Ok;
        }

        List<ReadOnlyMemory<byte>> tail = [];
        for (int i = network.StoredCount; i < statements.Count; i++)
        {
            tail.Add(statements[i].Encoded);
        }

        StoreResult result = _store.AppendStatements(network.Id, tail);
        if (result.IsOk)
        {
            network.StoredCount = statements.Count;
        }
        else
        {
            Raise(new NodeEvent.StoreFailed(result));
        }

        return result;
    }

    private static void Require(StoreResult result)
    {
        if (!result.IsOk)
        {
            throw new NodeCoreException(result.Outcome == StoreOutcome.Full ? NodeCoreError.StoreFull : NodeCoreError.StoreFailed, result.Message ?? "");
        }
    }

    private static HandshakeClock LoadHandshakeClock(INodeStore store) =>
        new(store.TryReadDocument(HandshakeClockDocument, out byte[]? content) && content.Length == 8
            ? BinaryPrimitives.ReadInt64BigEndian(content)
            : 0);

    // A disk that takes nothing is tried again now and then, not with each packet.
    private void SaveHandshakeClock(ClockReading now)
    {
        if (_handshakeClock.NeedsPersisting && now.Monotonic >= _saveClockAt)
        {
            byte[] content = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(content, _handshakeClock.Ceiling);
            StoreResult result = _store.ReplaceDocument(HandshakeClockDocument, content);
            if (result.IsOk)
            {
                _handshakeClock.MarkPersisted(_handshakeClock.Ceiling);
            }
            else
            {
                _saveClockAt = now.Monotonic + SaveAgainInterval;
                Raise(new NodeEvent.StoreFailed(result));
            }
        }
    }
}
