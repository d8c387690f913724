using System.Buffers.Binary;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>
/// Looks at a node after everything that it was made to do: its statements only grow, its own survive every crash, no honest node's chain forks, the same statements give the
/// same state, handshake timestamps never go back, who is known to be revoked is nobody's peer, and no table exceeds its maximum.
/// </summary>
internal sealed class SwarmLook(NodeWorld world, SwarmStatistics statistics)
{
    private const int CallsToTables = 64;

    private readonly Dictionary<SimMachine, Seen> _seen = [];
    private readonly Dictionary<(ulong, ulong), Bytes32> _digests = [];

    /// <summary>Looks at the node of a machine.</summary>
    public void At(SimMachine machine)
    {
        if (machine.Host is not SimNode node)
        {
            return;
        }

        if (!_seen.TryGetValue(machine, out Seen? seen))
        {
            _seen[machine] = seen = new Seen();
        }

        LookAtTime(machine, node, seen);
        if (world.Log(machine) is { } log && (log != seen.Log || log.Statements.Count != seen.Count))
        {
            LookAtLog(machine, node, log, seen);
        }

        if (seen.Calls++ % CallsToTables == 0)
        {
            LookAtTables(machine, node);
        }
    }

    /// <summary>Looks at all tables of a node.</summary>
    public void LookAtTables(SimMachine machine, SimNode node)
    {
        foreach ((string table, long count, long max) in node.Core.Tables)
        {
            SimFailure.Unless(count <= max, $"{machine} has {count} {table}, {max} at most");
            statistics.NoteTable(table, count);
        }
    }

    private static void LookAtTime(SimMachine machine, SimNode node, Seen seen)
    {
        (long last, bool isKept) = node.Core.HandshakeTime;
        SimFailure.Unless(node != seen.Node || last >= seen.LastTime, $"{machine}: handshake timestamps went back from {seen.LastTime} to {last}");
        SimFailure.Unless(last >= seen.KeptTime, $"{machine}: after a restart handshake timestamps went back from {seen.KeptTime} to {last}");
        seen.LastTime = last;
        seen.KeptTime = isKept ? Math.Max(last, seen.KeptTime) : seen.KeptTime;
        seen.Node = node;
    }

    private void LookAtLog(SimMachine machine, SimNode node, MembershipLog log, Seen seen)
    {
        if (log != seen.Log)
        {
            (seen.Log, seen.Count, seen.Sum) = (log, 0, default);
        }

        SimFailure.Unless(log.Statements.Count >= seen.Count, $"{machine}: statements became fewer");
        for (; seen.Count < log.Statements.Count; seen.Count++)
        {
            seen.Add(log.Statements[seen.Count].Hash);
        }

        ulong own = log.HeadOf(world.Id(machine))?.Sequence ?? 0;
        SimFailure.Unless(own >= seen.OwnSequence, $"{machine} knew its own statement {seen.OwnSequence} and knows only {own} now");
        seen.OwnSequence = own;
        foreach ((NodeId author, AuthorChain chain) in log.Graph.Authors)
        {
            string complaint = $"{machine}: the chain of {author} has forked, though nobody lies";
            if (chain.Heads.Count > 1 && chain.ForkSequence == 1)
            {
                // It has stated its coming twice, which nothing but a member without room on its disk makes it do.
                throw new KnownGapException(complaint);
            }

            SimFailure.Unless(chain.Heads.Count <= 1, complaint);
        }

        if (log.HasGenesis)
        {
            Bytes32 digest = log.State.Digest;
            SimFailure.Unless(_digests.TryAdd(seen.Sum, digest) || _digests[seen.Sum] == digest, $"{machine}: the same {seen.Count} statements give another state");
            foreach ((NodeId peer, _) in node.Core.PathTables)
            {
                SimFailure.Unless(!log.State.IsRevoked(peer), $"{machine} knows that {peer} is revoked and keeps it as a peer");
            }
        }
    }

    private sealed class Seen
    {
        public SimNode? Node { get; set; }

        public MembershipLog? Log { get; set; }

        public int Count { get; set; }

        public (ulong, ulong) Sum { get; set; }

        public ulong OwnSequence { get; set; }

        public long LastTime { get; set; }

        public long KeptTime { get; set; }

        public long Calls { get; set; }

        public void Add(Bytes32 hash)
        {
            Span<byte> bytes = stackalloc byte[Bytes32.Length];
            hash.WriteTo(bytes);
            Sum = (Sum.Item1 ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), Sum.Item2 + BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        }
    }
}
