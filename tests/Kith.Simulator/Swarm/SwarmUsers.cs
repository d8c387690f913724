using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>
/// What users do meanwhile: they rename their devices, make invites and take them back, join, make another one an admin, revoke a device; and what they were told is done. A command that failed or was cut
/// off by a crash may have come to something or nothing.
/// </summary>
internal sealed class SwarmUsers(NodeWorld world, SeededRandom random)
{
    private readonly Dictionary<SimMachine, List<string>> _names = [];
    private readonly HashSet<NodeId> _invites = [];
    private readonly HashSet<NodeId> _invitesRevoked = [];
    private readonly HashSet<SimMachine> _admins = [];
    private int _nextName;

    /// <summary>The device that is to be revoked; it does nothing that anyone has to keep.</summary>
    public SimMachine? Outcast { get; set; }

    /// <summary>Whether the revocation was acknowledged.</summary>
    public bool IsRevoked { get; private set; }

    /// <summary>Commands that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Where a command said that the node is to be restarted once its disk is well.</summary>
    public HashSet<SimMachine> ToldToRestart { get; } = [];

    /// <summary>Someone does something.</summary>
    public void DoSomething(IReadOnlyList<SimMachine> machines)
    {
        SimMachine founder = machines[0];
        SimMachine someone = machines[random.NextBelow(machines.Count)];
        switch (random.NextBelow(10))
        {
            case 0:
                MakeInvite(founder);
                break;
            case 1:
                RevokeInvite(founder);
                break;
            case 2 when someone != Outcast && someone != founder:
                Promote(founder, someone);
                break;
            case 3:
                Revoke(founder);
                break;
            default:
                Rename(someone);
                break;
        }
    }

    /// <summary>The outcast is revoked, again if that has not worked yet.</summary>
    public void Revoke(SimMachine founder)
    {
        if (Outcast is { } outcast && !IsRevoked)
        {
            IsRevoked = Try(founder, $"revokes {outcast}", (core, now) => core.RevokeDevice(now, world.Home, world.Id(outcast))) || IsRevoked;
        }
    }

    /// <summary>Fails if something that was acknowledged does not stand in a state.</summary>
    public void Check(string where, NetworkState state)
    {
        foreach ((SimMachine machine, List<string> names) in _names.Where(entry => entry.Key != Outcast))
        {
            string found = state.Members.TryGetValue(world.Id(machine), out Member? member) ? member.Name : "nothing";
            SimFailure.Unless(names.Contains(found), $"{where}: {machine} is called {found}, and was acknowledged as {string.Join(" or ", names)}");
        }

        foreach (NodeId invite in _invites)
        {
            SimFailure.Unless(state.Invites.ContainsKey(invite), $"{where}: an invite that was printed is not known");
        }

        foreach (NodeId invite in _invitesRevoked)
        {
            SimFailure.Unless(state.Invites[invite].Revoked, $"{where}: an invite that was taken back still holds");
        }

        foreach (SimMachine admin in _admins)
        {
            SimFailure.Unless(state.Members[world.Id(admin)].IsAdmin, $"{where}: {admin} is no admin any more");
        }

        SimFailure.Unless(!IsRevoked || state.IsRevoked(world.Id(Outcast!)), $"{where}: {Outcast} is not revoked any more");
    }

    private void Rename(SimMachine machine)
    {
        string name = $"name-{_nextName++}";
        if (world.Log(machine) is not { } log || machine == Outcast)
        {
            return;
        }

        if (!_names.TryGetValue(machine, out List<string>? names))
        {
            _names[machine] = names = [log.State.Members[world.Id(machine)].Name];
        }

        names.Add(name);
        if (Try(machine, $"is called {name}", (core, now) => core.Rename(now, world.Home, world.Id(machine), name)))
        {
            names.RemoveRange(0, names.Count - 1);
        }
    }

    private void MakeInvite(SimMachine founder)
    {
        InviteLine? line = null;
        if (Try(founder, "makes an invite", (core, now) => line = core.CreateInvite(now, world.Home, MemberRole.Member, 1, TimeSpan.FromHours(1))))
        {
            using NodeKey key = KeyOf(line!);
            _invites.Add(key.Id);
        }
    }

    private void RevokeInvite(SimMachine founder)
    {
        NodeId[] standing = [.. _invites.Except(_invitesRevoked)];
        if (standing.Length > 0)
        {
            NodeId invite = standing[random.NextBelow(standing.Length)];
            if (Try(founder, "takes an invite back", (core, now) => core.RevokeInvite(now, world.Home, invite)))
            {
                _invitesRevoked.Add(invite);
            }
        }
    }

    private void Promote(SimMachine founder, SimMachine machine)
    {
        if (!_admins.Contains(machine) && world.Log(founder)?.State.Members.ContainsKey(world.Id(machine)) == true
            && Try(founder, $"makes {machine} an admin", (core, now) => core.SetRole(now, world.Home, world.Id(machine), MemberRole.Admin)))
        {
            _admins.Add(machine);
        }
    }

    // Whether the command returned; one that throws has told its user why.
    private bool Try(SimMachine machine, string what, Action<NodeCore, ClockReading> command)
    {
        bool done = false;
        world.Do(machine, (core, now) =>
        {
            try
            {
                command(core, now);
                done = true;
            }
            catch (NodeCoreException exception) when (exception.Error is NodeCoreError.DeviceRevoked)
            {
                // An attempt that was refused, or cut off by a crash, has come to something after all.
                done = true;
            }
            catch (NodeCoreException exception) when (exception.Error is NodeCoreError.StoreFull or NodeCoreError.StoreFailed or NodeCoreError.UnknownNetwork or NodeCoreError.BeingRepaired)
            {
                world.Simulation.Note($"{machine} {what}: refused, {exception.Error}");
                ToldToRestart.Add(machine);
            }
        });
        if (done)
        {
            Acknowledged++;
            world.Simulation.Note($"{machine} {what}");
        }

        return done;
    }

    private static NodeKey KeyOf(InviteLine line)
    {
        byte[] secret = new byte[InviteLine.SecretBytes];
        line.CopySecret(secret);
        return NodeKey.FromSeed(secret);
    }
}
