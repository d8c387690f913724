using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Simulator.Disk;
using Kith.Simulator.Net;

namespace Kith.Simulator.Nodes;

/// <summary>A simulation of nodes, and what users do with them.</summary>
internal sealed class NodeWorld(Simulation simulation)
{
    private readonly Dictionary<SimMachine, NodeKey> _keys = [];
    private readonly Dictionary<SimMachine, int> _starts = [];

    /// <summary>What nodes sent through others.</summary>
    public RelayLedger Relayed { get; } = new();

    /// <summary>The world around.</summary>
    public Simulation Simulation { get; } = simulation;

    /// <summary>The network that is founded first.</summary>
    public NetworkId Home { get; private set; }

    /// <summary>By how much the wall clock of a machine that is added may be wrong.</summary>
    public TimeSpan SkewMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How nodes that are started from now on take part in a DHT; null if they do not.</summary>
    public DhtOptions? Dht { get; set; }

    /// <summary>Changes the options of nodes that are started from now on; null for none.</summary>
    public Func<SimMachine, NodeCoreOptions, NodeCoreOptions>? Options { get; set; }

    /// <summary>Is shown every node before it starts.</summary>
    public Action<SimMachine, SimNode>? Starting { get; set; }

    /// <summary>All machines.</summary>
    public IReadOnlyList<SimMachine> Machines => Simulation.Machines;

    /// <summary>Adds a machine to a segment and starts a node on it. Its wall clock is wrong by up to <see cref="SkewMax"/>.</summary>
    public SimMachine Add(SimSegment segment)
    {
        int number = Machines.Count + 1;
        SimMachine machine = Simulation.AddMachine($"n{number}");
        machine.Skew = Simulation.Random.NextSpan(2 * SkewMax) - SkewMax;
        _keys[machine] = NodeKey.Generate(Simulation.Random.Fork($"key {machine}"));
        SimNetwork.Attach(machine, segment, number);
        Start(machine);
        return machine;
    }

    /// <summary>Starts the node of a machine that is down. Each start draws other random numbers, as a real one would.</summary>
    public void Start(SimMachine machine)
    {
        _starts[machine] = _starts.GetValueOrDefault(machine) + 1;
        NodeCoreOptions options = new() { DeviceName = machine.Name, Port = SimMachine.DataPort, HasTun = true, Dht = Dht };
        SimNode node = new(Simulation, machine, _keys[machine], Simulation.Random.Fork($"start {_starts[machine]} of {machine}"), Relayed, Options?.Invoke(machine, options) ?? options);
        Starting?.Invoke(machine, node);
        Simulation.Start(machine, node);
    }

    /// <summary>Starts the node of a machine whose disk may fail or lose power on the way; false if it did.</summary>
    public bool TryStart(SimMachine machine)
    {
        try
        {
            Start(machine);
            return true;
        }
        catch (DiskErrorException)
        {
            Simulation.Note($"{machine} cannot start: its disk fails");
            return false;
        }
        catch (PowerCutException)
        {
            Simulation.Crash(machine);
            return false;
        }
    }

    /// <summary>Ends the node of a machine as a user does.</summary>
    public void Stop(SimMachine machine)
    {
        Do(machine, (core, now) => core.Stop(now));
        machine.Host?.Dispose();
        machine.Host = null;
        Simulation.Note($"{machine} stops");
    }

    /// <summary>Whether a machine is one for a node, running or not.</summary>
    public bool IsNode(SimMachine machine) => _keys.ContainsKey(machine);

    /// <summary>The running node of a machine.</summary>
    public static SimNode Node(SimMachine machine) => machine.Host as SimNode ?? throw new SimFailure($"{machine} is not running");

    /// <summary>The id of a machine's node, running or not.</summary>
    public NodeId Id(SimMachine machine) => _keys[machine].Id;

    /// <summary>The key of a machine's node.</summary>
    public NodeKey Key(SimMachine machine) => _keys[machine];

    /// <summary>The log of the network that was founded first, if the node is in it and runs.</summary>
    public MembershipLog? Log(SimMachine machine) => (machine.Host as SimNode)?.Core.Networks.FirstOrDefault(log => log.Id == Home);

    /// <summary>A command of a user.</summary>
    public void Do(SimMachine machine, Action<NodeCore, ClockReading> command) =>
        Simulation.Call(machine, host => command(((SimNode)host).Core, Simulation.Now(machine)));

    /// <summary>Founds the network <c>home</c>.</summary>
    public void Found(SimMachine machine) => Do(machine, (core, now) => Home = core.CreateNetwork(now, "home", []).Id);

    /// <summary>Makes an invite.</summary>
    public InviteLine Invite(SimMachine machine, MemberRole role = MemberRole.Member, int uses = 1)
    {
        InviteLine? line = null;
        Do(machine, (core, now) => line = core.CreateInvite(now, Home, role, uses, TimeSpan.FromHours(24)));
        return line ?? throw new SimFailure($"{machine} made no invite");
    }

    /// <summary>The same invite with a single hint: one member and its addresses.</summary>
    public InviteLine Through(InviteLine invite, SimMachine member)
    {
        byte[] secret = new byte[InviteLine.SecretBytes];
        invite.CopySecret(secret);
        InternetEndpoint[] endpoints = [.. member.Interfaces.SelectMany(attached => new[] { attached.V4, attached.V6 }).Where(address => !address.IsNone).Select(address => new InternetEndpoint(address, SimMachine.DataPort)).Take(InviteHint.EndpointsMax)];
        return new InviteLine(invite.Network, secret, invite.NetworkName, [new InviteHint(Id(member), endpoints)]);
    }

    /// <summary>The same invite with no hint at all: nothing but its secret.</summary>
    public static InviteLine Bare(InviteLine invite)
    {
        byte[] secret = new byte[InviteLine.SecretBytes];
        invite.CopySecret(secret);
        return new InviteLine(invite.Network, secret, invite.NetworkName, []);
    }

    /// <summary>Begins to join, and again after a while for as long as that fails because nobody answered.</summary>
    public void Join(SimMachine machine, InviteLine invite)
    {
        if (Log(machine) is not null)
        {
            return;
        }

        bool begun = false;
        Do(machine, (core, now) =>
        {
            core.BeginJoin(now, invite);
            begun = true;
        });
        SimFailure.Unless(begun || machine.Host is null || !machine.IsRunning, $"{machine} could not begin to join");
        Simulation.Plan(TimeSpan.FromSeconds(30), () => Join(machine, invite));
    }

    /// <summary>Whether all these nodes run, have the same state with that many members, and know the same statements.</summary>
    public bool HaveConverged(IReadOnlyCollection<SimMachine> machines, int members)
    {
        MembershipLog? first = null;
        foreach (SimMachine machine in machines)
        {
            if (Log(machine) is not { } log || log.State.Members.Count != members)
            {
                return false;
            }

            first ??= log;
            if (log.Statements.Count != first.Statements.Count || log.State.Digest != first.State.Digest)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether each of these sees each other one online.</summary>
    public bool AreAllOnline(IReadOnlyCollection<SimMachine> machines) =>
        machines.All(a => machines.All(b => a == b || Sees(a, b)));

    /// <summary>Whether one sees the other online.</summary>
    public bool Sees(SimMachine a, SimMachine b) => a.Host is SimNode node && node.Core.DescribePeer(Id(b)).Online;

    /// <summary>Hands an IPv6 packet (protocol 59, "no next header", RFC 8200) with the virtual addresses of two nodes to the tunnel of the first.</summary>
    public void SendThroughTunnel(SimMachine from, SimMachine to)
    {
        byte[] packet = new byte[40];
        packet[0] = 0x60;
        packet[6] = 59;
        packet[7] = 64;
        VirtualAddress.ForV6(Home, Id(from)).WriteTo(packet.AsSpan(8));
        VirtualAddress.ForV6(Home, Id(to)).WriteTo(packet.AsSpan(24));
        Do(from, (core, now) => core.HandleTunPacket(now, packet));
    }

    /// <summary>Lets time pass until the condition holds, looking twenty times a second; fails with a picture of the world if it does not in time.</summary>
    public void Await(Func<bool> condition, TimeSpan atMost, string what)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(50);
        for (TimeSpan waited = TimeSpan.Zero; waited < atMost; waited += step)
        {
            Simulation.RunFor(step);
            if (condition())
            {
                Simulation.Note($"{what}: after {(waited + step).TotalSeconds:F2} s");
                return;
            }
        }

        throw new SimFailure($"{what}: not within {atMost.TotalSeconds} s{Environment.NewLine}{Describe()}");
    }

    /// <summary>What each node knows and whom it sees.</summary>
    public string Describe() => string.Join(Environment.NewLine, Machines.Where(IsNode).Select(machine =>
        Log(machine) is not { } log
            ? $"        {machine}: {(machine.Host is null ? "down" : "in no network")}"
            : $"        {machine}: {log.Statements.Count} statements, {log.State.Members.Count} members, digest {log.State.Digest.ToString()[..8]}, does not see {string.Join(' ', Machines.Where(other => other != machine && IsNode(other) && !Sees(machine, other)))}"));

    /// <summary>What each node knows of the links of all.</summary>
    public string DescribeLinks() => string.Join(Environment.NewLine, Machines.Where(machine => machine.Host is SimNode).Select(machine =>
        $"        {machine} knows of links: {string.Join("; ", Node(machine).Core.LinkReports.Select(report => $"{NameOf(report.Node.ShortId)} to {string.Join(' ', report.Links.ToArray().Select(link => NameOf(link.Neighbour)))} ({report.Sequence})"))}"));

    private string NameOf(ulong shortId) => _keys.FirstOrDefault(entry => entry.Value.Id.ShortId == shortId).Key?.Name ?? "?";
}
