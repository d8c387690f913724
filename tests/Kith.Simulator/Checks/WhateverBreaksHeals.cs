using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// Ten nodes on three LANs. For five minutes things break at random: machines lose power in the middle of a write and come back, links are blocked, the network
/// falls apart, gets bad and good again, machines move to another LAN, wall clocks jump, disks are full; and users go on renaming and inviting. Within 60 seconds after it
/// has stopped, all nodes agree and see each other, and nothing that a user was told is done has been lost.
/// </summary>
internal sealed class WhateverBreaksHeals : ISimCheck
{
    private const int Nodes = 10;

    private readonly Dictionary<NodeId, string> _names = [];
    private int _nextName;

    public string Name => "whatever-breaks-heals-within-sixty-seconds";

    public void Run(Simulation simulation)
    {
        _names.Clear();
        NodeWorld world = new(simulation);
        SimSegment[] lans = [.. Enumerable.Range(0, 3).Select(_ => simulation.Network.AddSegment())];
        SimMachine[] machines = [.. Enumerable.Range(0, Nodes).Select(index => world.Add(lans[index % 3]))];
        simulation.RunFor(TimeSpan.FromSeconds(1));
        world.Found(machines[0]);
        InviteLine invite = world.Invite(machines[0], uses: Nodes - 1);
        foreach (SimMachine machine in machines[1..])
        {
            world.Join(machine, invite);
        }

        world.Await(() => world.HaveConverged(machines, Nodes), TimeSpan.FromSeconds(60), "ten nodes have joined");
        SeededRandom random = simulation.Random.Fork("what breaks");
        TimeSpan end = simulation.Clock.Elapsed + TimeSpan.FromMinutes(5);
        while (simulation.Clock.Elapsed < end)
        {
            Break(world, machines, lans, random);
            simulation.RunFor(random.NextSpan(TimeSpan.FromSeconds(6)));
        }

        simulation.Note("nothing breaks any more");
        simulation.Network.Heal();
        simulation.Network.Internet = LinkConditions.Internet;
        foreach (SimSegment lan in lans)
        {
            lan.Conditions = LinkConditions.Cable;
            lan.HasMulticast = true;
        }

        foreach (SimMachine machine in machines)
        {
            machine.Disk.PowerCutIn = -1;
            machine.Disk.CapacityBytes = long.MaxValue;
            if (machine.Host is null)
            {
                world.Start(machine);
            }
        }

        world.Await(() => world.HaveConverged(machines, Nodes) && world.AreAllOnline(machines), TimeSpan.FromSeconds(60), "all agree and see each other");
        foreach ((NodeId id, string name) in _names)
        {
            string found = world.Log(machines[0])!.State.Members[id].Name;
            SimFailure.Unless(found == name, $"a device that was named {name} is called {found}");
        }
    }

    private void Break(NodeWorld world, SimMachine[] machines, SimSegment[] lans, SeededRandom random)
    {
        Simulation simulation = world.Simulation;
        SimMachine machine = machines[random.NextBelow(machines.Length)];
        SimMachine other = machines[random.NextBelow(machines.Length)];
        switch (random.NextBelow(14))
        {
            case 0:
                simulation.Crash(machine);
                break;
            case 1:
                machine.Disk.PowerCutIn = random.NextBelow(12);
                break;
            case 2 or 3 when machines.FirstOrDefault(down => down.Host is null) is { } down:
                world.Start(down);
                break;
            case 4:
                simulation.Note($"{machine} -> {other} blocked");
                simulation.Network.Block(machine, other);
                break;
            case 5:
                int cut = random.NextBelow(machines.Length);
                simulation.Note($"partition of {cut} and {machines.Length - cut}");
                simulation.Network.Partition(machines[..cut], machines[cut..]);
                break;
            case 6:
                simulation.Note("heal");
                simulation.Network.Heal();
                break;
            case 7:
                simulation.Note("bad internet");
                simulation.Network.Internet = LinkConditions.Bad with { LossShare = random.NextShare() / 2 };
                break;
            case 8:
                lans[random.NextBelow(lans.Length)].HasMulticast = random.Happens(0.5);
                break;
            case 9:
                Move(simulation, machine, lans[random.NextBelow(lans.Length)], random);
                break;
            case 10:
                machine.Skew = random.NextSpan(TimeSpan.FromHours(4)) - TimeSpan.FromHours(2);
                simulation.Note($"{machine}'s wall clock is wrong by {machine.Skew}");
                break;
            case 11:
                bool isFull = random.Happens(0.5);
                machine.Disk.CapacityBytes = isFull ? machine.Disk.UsedBytes + random.NextBelow(400) : long.MaxValue;
                simulation.Note($"{machine}'s disk has {(isFull ? "no room" : "room")}");
                break;
            default:
                Rename(world, machine);
                break;
        }
    }

    private static void Move(Simulation simulation, SimMachine machine, SimSegment to, SeededRandom random)
    {
        simulation.Note($"{machine} moves to LAN {to.Index}");
        SimNetwork.DetachAll(machine);
        SimNetwork.Attach(machine, to, 300 + random.NextBelow(60_000));
        simulation.AnnounceAddresses(machine);
    }

    /// <summary>A user renames a device; if the command returns, that name stands until the next one.</summary>
    private void Rename(NodeWorld world, SimMachine machine)
    {
        if (world.Log(machine) is null)
        {
            return;
        }

        // A power cut in the middle leaves open which name it is.
        string name = $"name-{_nextName++}";
        NodeId id = world.Id(machine);
        _names.Remove(id, out string? before);
        world.Do(machine, (core, now) =>
        {
            try
            {
                core.Rename(now, world.Home, id, name);
                _names[id] = name;
                world.Simulation.Note($"{machine} is called {name}");
            }
            catch (NodeCoreException exception) when (exception.Error is NodeCoreError.StoreFull)
            {
                world.Simulation.Note($"{machine} could not be renamed: {exception.Error}");
                if (before is not null)
                {
                    _names[id] = before;
                }
            }
        });
    }
}
