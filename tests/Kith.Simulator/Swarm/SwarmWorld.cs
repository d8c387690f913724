using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>One world of the swarm: how it is built, what goes on in it while things break, and how it must be once nothing breaks any more.</summary>
internal sealed class SwarmWorld
{
    private static readonly TimeSpan s_healWithin = TimeSpan.FromSeconds(60);

    // A stream whose other end vanished is given up after two minutes without an answer.
    private static readonly TimeSpan s_tellWithin = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan s_storeAgain = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan s_inviteEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_joinWithin = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_half = TimeSpan.FromSeconds(0.5);

    private readonly Simulation _simulation;
    private readonly SwarmPlan _plan;
    private readonly SwarmMix _mix;
    private readonly SwarmStatistics _statistics;
    private readonly NodeWorld _world;
    private readonly SwarmPlaces _places;
    private readonly SwarmStreams _streams;
    private readonly SwarmMessages _messages;
    private readonly SwarmUsers _users;
    private readonly SwarmLook _look;
    private readonly SwarmWire _wire;
    private readonly SeededRandom _random;
    private readonly List<SimMachine> _members = [];
    private readonly List<SimMachine> _joiners = [];
    private readonly Dictionary<InternetAddress, SimMachine> _strangers = [];
    private readonly Dictionary<SimMachine, bool> _hasTun = [];
    private readonly Dictionary<SimMachine, SwarmApplication> _applications = [];
    private bool _goesOn;

    public SwarmWorld(Simulation simulation, SwarmPlan plan, SwarmMix mix, SwarmStatistics statistics)
    {
        (_simulation, _plan, _mix, _statistics) = (simulation, plan, mix, statistics);
        _random = simulation.Random.Fork("swarm");
        _world = new NodeWorld(simulation) { SkewMax = TimeSpan.FromSeconds(2), Options = ChooseOptions, Starting = Equip };
        _places = new SwarmPlaces(_world, plan.Shape, simulation.Random.Fork("places"));
        _world.Dht = _places.Town?.Options;
        _streams = new SwarmStreams(_world);
        _messages = new SwarmMessages(_world);
        _users = new SwarmUsers(_world, simulation.Random.Fork("users"));
        _look = new SwarmLook(_world, statistics);
        _wire = new SwarmWire(_strangers, (_places.Town?.Machines ?? []).Select(machine => machine.Interfaces[0].V4).ToHashSet());
        simulation.Looks = _look.At;
        simulation.Network.Watch = _wire.Sent;
        _world.Relayed.Watch = _wire.Wrapped;
    }

    /// <summary>All of it.</summary>
    public void Run()
    {
        _simulation.Note($"{_plan.Shape}, {_plan.Nodes} nodes; faults: {_mix}");
        Gather();
        AddStranger();
        _places.CloseWays(_members);
        SwarmBreaker breaker = new(_world, _plan, _mix, _places, _simulation.Random.Fork("what breaks"));
        _goesOn = true;
        breaker.Begin();
        Repeat(s_half, Restart);
        Repeat(TimeSpan.FromSeconds(1), Talk);
        Repeat(_plan.Pace, OpenStream);
        Repeat(2 * _plan.Pace, () => _users.DoSomething(_members));
        Repeat(_plan.Safety / 3, () => _joiners.ForEach(Invite));
        _simulation.RunFor(_plan.Safety);
        _goesOn = false;
        breaker.End();
        Heal();
        EndStreams();
        LookBack();
        _statistics.NoteTraffic(_streams, _messages, _wire, _users);
    }

    private IReadOnlyList<SimMachine> Left => [.. _members.Where(machine => machine != _users.Outcast)];

    // Everyone joins while nothing is wrong.
    private void Gather()
    {
        for (int i = 0; i < _plan.Nodes + _plan.Joiners; i++)
        {
            (i < _plan.Nodes ? _members : _joiners).Add(_world.Add(_places.Next()));
        }

        _simulation.RunFor(TimeSpan.FromSeconds(_places.Town is null ? 1 : 30));
        _world.Found(_members[0]);
        InviteLine invite = _world.Invite(_members[0], uses: _members.Count);
        foreach (SimMachine machine in _members.Skip(1))
        {
            _world.Join(machine, _places.Town is null ? _world.Through(invite, _members[0]) : invite);
        }

        _world.Await(() => _world.HaveConverged(_members, _members.Count) && _world.AreAllOnline(_members), TimeSpan.FromMinutes(2), "everyone has joined");
        if (_plan.HasRevocation && _members.Count > 2)
        {
            _users.Outcast = _members[^1];
        }
    }

    private void AddStranger()
    {
        if (!_mix.Has(SwarmFault.Stranger))
        {
            return;
        }

        SimMachine mallory = _simulation.AddMachine("mallory");
        SimNetwork.Attach(mallory, _simulation.Network.AddPublicSegment(), 66);
        _strangers[mallory.Interfaces[0].V4] = mallory;
        _strangers[mallory.Interfaces[0].V6] = mallory;
        SeededRandom random = _simulation.Random.Fork("stranger");
        SwarmStranger stranger = new(random, () => DrawTarget(random));
        _simulation.Network.Arrived = (machine, datagram) =>
        {
            // What nobody takes, because nothing runs there, would be taken from a stranger later.
            if (_world.IsNode(machine) && machine.Host is not null && machine.IsRunning)
            {
                stranger.Overhear(datagram);
            }
        };
        _simulation.Start(mallory, stranger);
    }

    private InternetEndpoint DrawTarget(SeededRandom random)
    {
        SimMachine machine = _members[random.NextBelow(_members.Count)];
        SimInterface attached = machine.Interfaces[0];
        InternetAddress address = attached.Segment.HasV4 && (random.Happens(0.5) || !attached.Segment.HasV6) ? attached.V4 : attached.V6;
        return new InternetEndpoint(address, SimMachine.DataPort);
    }

    private NodeCoreOptions ChooseOptions(SimMachine machine, NodeCoreOptions options)
    {
        if (!_hasTun.TryGetValue(machine, out bool hasTun))
        {
            _hasTun[machine] = hasTun = _simulation.Random.Fork($"device {machine}").Happens(0.3);
        }

        return options with { HasTun = hasTun };
    }

    private void Equip(SimMachine machine, SimNode node)
    {
        if (_applications.TryGetValue(machine, out SwarmApplication? before))
        {
            before.End();
        }

        node.Application = _applications[machine] = new SwarmApplication(_world, machine, node, _streams, _messages);
    }

    private void Repeat(TimeSpan mean, Action action) => _simulation.Plan(_random.NextSpan(2 * mean), () =>
    {
        if (_goesOn)
        {
            action();
            Repeat(mean, action);
        }
    });

    private void Restart()
    {
        foreach (SimMachine machine in _members.Concat(_joiners).Where(machine => machine.Host is null && _random.Happens(0.2)))
        {
            _world.TryStart(machine);
        }
    }

    private void Talk()
    {
        foreach (SimMachine from in _members)
        {
            foreach (SimMachine to in _members.Where(to => to != from))
            {
                _messages.Send(from, to, _random);
            }
        }
    }

    private void OpenStream()
    {
        SimMachine client = _members[_random.NextBelow(_members.Count)];
        SimMachine server = _members[_random.NextBelow(_members.Count)];
        if (client != server)
        {
            _streams.Open(client, server, DrawLength(), isSlow: _random.Happens(0.2), mustComplete: false);
        }
    }

    private int DrawLength() => (int)Math.Pow(10, 0.5 + (_random.NextShare() * (_random.Happens(0.05) ? 5.5 : 4.5)));

    private void Invite(SimMachine joiner)
    {
        if (_world.Log(joiner) is null && _members[0].Host is not null && _members[0].IsRunning && joiner.IsRunning)
        {
            InviteLine? invite = null;
            _world.Do(_members[0], (core, now) => Attempt(joiner, () => invite = core.CreateInvite(now, _world.Home, MemberRole.Member, 1, TimeSpan.FromHours(24))));
            if (invite is not null)
            {
                _world.Do(joiner, (core, now) => Attempt(joiner, () => core.BeginJoin(now, _world.Through(invite, _members[0]))));
            }
        }
    }

    // A newcomer whose host dies before it has told where anybody is knows no address, and only a LAN, a DHT, a tracker or a name could help it, which are not in most of these worlds.
    private bool KnowsSomeone(SimMachine joiner) => _world.Log(joiner) is not null && NodeWorld.Node(joiner).Core.PathTables.Any(peer => peer.Paths.Paths.Count > 0);

    // A full disk, or an attempt that is under way still.
    private void Attempt(SimMachine joiner, Action command)
    {
        try
        {
            command();
        }
        catch (NodeCoreException exception)
        {
            _simulation.Note($"{joiner} does not join: {exception.Error}");
        }
    }

    private void Heal()
    {
        foreach (SimMachine machine in _members.Concat(_joiners))
        {
            // Their users were told: restart the node once the disk is well.
            if (machine.Host is SimNode node && (_users.ToldToRestart.Contains(machine) || node.Events.Exists(nodeEvent => nodeEvent is NodeEvent.StoreFailed)))
            {
                _simulation.Crash(machine);
            }

            if (machine.Host is null)
            {
                _world.Start(machine);
            }
        }

        TimeSpan start = _simulation.Clock.Elapsed;
        _users.Revoke(_members[0]);
        TimeSpan nextTalk = start;
        bool IsWhole()
        {
            if (_simulation.Clock.Elapsed >= nextTalk)
            {
                nextTalk += TimeSpan.FromSeconds(1);
                Talk();
            }

            SimMachine[] inside = [.. Left, .. _joiners.Where(KnowsSomeone)];
            return Left.All(a => Left.All(b => a == b || _messages.CarriesSince(a, b, start)))
                && _world.HaveConverged(inside, _world.Log(_members[0])!.State.Members.Count) && _world.AreAllOnline(inside);
        }

        Await(IsWhole, s_healWithin, "whole again");
        TimeSpan took = _simulation.Clock.Elapsed - start;
        _statistics.NoteWorld(_plan, _mix, took);
        foreach (SimMachine machine in Left)
        {
            _users.Check($"{machine}", _world.Log(machine)!.State);
        }
    }

    private void Await(Func<bool> condition, TimeSpan atMost, string what)
    {
        TimeSpan start = _simulation.Clock.Elapsed;
        while (!condition())
        {
            if (_simulation.Clock.Elapsed - start >= atMost)
            {
                string silent = string.Join(", ", Left.SelectMany(a => Left.Where(b => a != b && !_messages.CarriesSince(a, b, start)).Select(b => $"{a} to {b}")));
                string open = string.Join(Environment.NewLine + "        ", _streams.StillOpen());
                throw new SimFailure($"{what}: not within {atMost.TotalSeconds} s{Environment.NewLine}{_world.Describe()}{Environment.NewLine}{_world.DescribeLinks()}{Environment.NewLine}        nothing came from {silent}{Environment.NewLine}        {open}");
            }

            _simulation.RunFor(TimeSpan.FromSeconds(0.1));
        }

        _simulation.Note($"{what}: after {(_simulation.Clock.Elapsed - start).TotalSeconds:F1} s");
    }

    // New streams between all go through; old ones go through or their programs are told that they do not.
    private void EndStreams()
    {
        IReadOnlyList<SimMachine> left = Left;
        for (int i = 0; i < left.Count; i++)
        {
            SimMachine server = left[(i + 1) % left.Count];
            SimFailure.Unless(_streams.Open(left[i], server, DrawLength(), isSlow: false, mustComplete: true) is not null, $"{left[i]} cannot open a stream to {server}");
        }

        Await(() => _streams.StillOpen().All(stream => !stream.MustComplete), s_healWithin, "new streams are complete");
        Await(() => _streams.StillOpen().Count == 0, s_tellWithin, "no stream is left in doubt");
        if (_plan.SetsClocks && _joiners.Count > 0)
        {
            _goesOn = true;
            Repeat(s_inviteEvery, () => _joiners.ForEach(Invite));
            Await(() => _joiners.All(joiner => _world.Log(joiner) is not null), s_joinWithin, "the last have joined");
            _goesOn = false;
        }
    }

    // Last, all lose power at once: what the disks hold is what was acknowledged.
    private void LookBack()
    {
        // What a disk had no room for is written once it has.
        _simulation.RunFor(s_storeAgain);
        foreach (SimMachine machine in Left)
        {
            _look.LookAtTables(machine, NodeWorld.Node(machine));
            _simulation.Crash(machine);
            _world.Start(machine);
            _look.At(machine);
            _users.Check($"{machine} after a power cut", _world.Log(machine)!.State);
        }
    }
}
