using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// Sixteen nodes fall apart into eight and eight. On one side a device is renamed and one is revoked, on the other one joins and one is renamed. Each side agrees
/// with itself, and within 60 seconds of healing all agree and all who are left see each other.
/// </summary>
internal sealed class PartitionOfEightAndEightHeals : ISimCheck
{
    public string Name => "partition-of-eight-and-eight-heals";

    public void Run(Simulation simulation)
    {
        NodeWorld world = new(simulation);
        SixteenJoinAndConverge.Build(world);
        List<SimMachine> machines = [.. world.Machines];
        simulation.Random.Shuffle(machines);
        SimMachine founder = world.Machines[0];
        machines.Remove(founder);
        SimMachine admin = machines[^1];
        List<SimMachine> one = [founder, .. machines.Take(7)];
        List<SimMachine> other = [.. machines.Skip(7)];
        world.Do(founder, (core, now) => core.SetRole(now, world.Home, world.Id(admin), MemberRole.Admin));
        world.Await(() => world.HaveConverged([.. world.Machines], 16), TimeSpan.FromSeconds(30), "the second admin is known to all");

        simulation.Note("partition");
        simulation.Network.Partition(one, other);
        simulation.RunFor(simulation.Random.NextSpan(TimeSpan.FromSeconds(200)));
        SimMachine revoked = one[^1];
        world.Do(founder, (core, now) => core.RevokeDevice(now, world.Home, world.Id(revoked)));
        world.Do(one[1], (core, now) => core.Rename(now, world.Home, world.Id(one[1]), "alpha"));
        world.Do(other[0], (core, now) => core.Rename(now, world.Home, world.Id(other[0]), "omega"));
        InviteLine invite = world.Invite(admin);
        SimMachine newcomer = world.Add(other[1].Interfaces[0].Segment);
        simulation.Network.Partition(one, [.. other, newcomer]);
        world.Join(newcomer, world.Through(invite, other[1]));
        other.Add(newcomer);
        one.Remove(revoked);
        world.Await(() => world.HaveConverged(one, 15), TimeSpan.FromSeconds(60), "the first side agrees with itself");
        world.Await(() => world.HaveConverged(other, 17), TimeSpan.FromSeconds(60), "the second side agrees with itself");
        world.Await(() => !one.Exists(a => other.Exists(b => world.Sees(a, b) || world.Sees(b, a))), TimeSpan.FromSeconds(60), "nobody sees across the partition");
        simulation.RunFor(simulation.Random.NextSpan(TimeSpan.FromSeconds(300)));

        simulation.Note("heal");
        simulation.Network.Heal();
        SimMachine[] left = [.. one, .. other];
        world.Await(() => world.HaveConverged(left, 16) && world.AreAllOnline(left), TimeSpan.FromSeconds(60), "all agree and see each other after the partition healed");
        SimFailure.Unless(!left.Any(machine => world.Sees(machine, revoked)), "someone still sees the revoked device");
        string[] names = [.. world.Log(founder)!.State.Members.Values.Select(member => member.Name)];
        SimFailure.Unless(names.Contains("alpha") && names.Contains("omega") && names.Contains(newcomer.Name), "a change made during the partition is lost");
    }
}
