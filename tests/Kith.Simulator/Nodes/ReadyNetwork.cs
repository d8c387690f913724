using Kith.Protocol.Core;
using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Wire;
using Kith.Simulator.Disk;
using Kith.Simulator.Net;

namespace Kith.Simulator.Nodes;

/// <summary>
/// A network that is there already: every machine finds on its disk the statements that admit all of them, and where each was last seen. So a large one costs
/// no joining, which other checks try.
/// </summary>
internal static class ReadyNetwork
{
    /// <summary>Adds machines to segments in turn, the first being the founder and the second another admin, and starts their nodes as members of <c>home</c>.</summary>
    public static SimMachine[] Build(NodeWorld world, IReadOnlyList<SimSegment> segments, int count)
    {
        Simulation simulation = world.Simulation;
        SimMachine[] machines = [.. Enumerable.Range(0, count).Select(index => world.Add(segments[index % segments.Count]))];
        world.Found(machines[0]);
        foreach (SimMachine machine in machines)
        {
            world.Stop(machine);
        }

        SimStore first = new(machines[0].Disk);
        long wall = simulation.Now(machines[0]).WallMilliseconds;
        if (!MembershipLog.TryOpen(world.Home, first.ReadStatements(world.Home), out MembershipLog? log, out string? error))
        {
            throw new SimFailure(error);
        }

        int founded = log.Statements.Count;
        NodeKey founder = world.Key(machines[0]);
        for (int i = 1; i < count; i++)
        {
            Add(log, log.PrepareAdmit(founder, world.Id(machines[i]), machines[i].Name, i == 1 ? MemberRole.Admin : MemberRole.Member, wall));
        }

        Add(log, log.PrepareNewSecret(founder, wall, simulation.Random.Fork("ready secret")));
        byte[] whereabouts = Whereabouts(world, machines, wall);
        ReadOnlyMemory<byte>[] all = [.. log.Statements.Select(static statement => statement.Encoded)];
        foreach (SimMachine machine in machines)
        {
            SimStore store = new(machine.Disk);
            store.AppendStatements(world.Home, machine == machines[0] ? all[founded..] : all);
            store.ReplaceDocument("whereabouts", whereabouts);
            world.Start(machine);
        }

        return machines;
    }

    private static byte[] Whereabouts(NodeWorld world, SimMachine[] machines, long wall)
    {
        WhereaboutsCache cache = new();
        foreach (SimMachine machine in machines)
        {
            Candidate[] candidates = [.. machine.Interfaces.Select(static attached => new Candidate(CandidateKind.Lan, new InternetEndpoint(attached.V4, SimMachine.DataPort)))];
            cache.Offer(Protocol.Discovery.Whereabouts.Sign(world.Key(machine), 1, wall, NatClass.Unknown, candidates, []));
        }

        return cache.Encode();
    }

    private static void Add(MembershipLog log, PrepareResult prepared)
    {
        SimFailure.Unless(prepared.IsOk, $"not prepared: {prepared.Outcome}");
        foreach (Statement statement in prepared.Statements)
        {
            log.Add(statement);
        }
    }
}
