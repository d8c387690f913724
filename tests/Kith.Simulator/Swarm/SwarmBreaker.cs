using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>Breaks what a world's mix allows, for as long as it is told to, and then mends all of it.</summary>
internal sealed class SwarmBreaker
{
    private static readonly TimeSpan s_tenYears = TimeSpan.FromDays(3652);
    private static readonly TimeSpan s_twoMinutes = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly NodeWorld _world;
    private readonly SwarmPlan _plan;
    private readonly SwarmMix _mix;
    private readonly SwarmPlaces _places;
    private readonly SimWeather _weather;
    private readonly SeededRandom _random;
    private readonly List<(SwarmFault Fault, Action Break)> _deeds;
    private readonly Dictionary<SimMachine, double> _drifts = [];
    private readonly List<(SimMachine From, SimMachine To)> _closed = [];
    private int _nextHost = 300;
    private bool _isOver;

    public SwarmBreaker(NodeWorld world, SwarmPlan plan, SwarmMix mix, SwarmPlaces places, SeededRandom random)
    {
        (_world, _plan, _mix, _places, _random) = (world, plan, mix, places, random);
        _weather = new SimWeather(world.Simulation, random.Fork("weather"), mix.DrawWay);
        (SwarmFault Fault, Action Break)[] deeds =
        [
            (SwarmFault.Clogs, Clog),
            (SwarmFault.OneWay, CloseOneWay),
            (SwarmFault.Partition, Part),
            (SwarmFault.Crash, Crash),
            (SwarmFault.Pause, Pause),
            (SwarmFault.Sleep, Sleep),
            (SwarmFault.ClockJump, () => SetClock(Draw())),
            (SwarmFault.LostWrites, CutPower),
            (SwarmFault.FullDisk, FillDisk),
            (SwarmFault.DiskErrors, SpoilDisk),
            (SwarmFault.Roaming, Move),
            (SwarmFault.TranslatorLoss, LoseTranslator),
            (SwarmFault.NoMulticast, StopMulticast),
        ];
        _deeds = [.. deeds.Where(deed => mix.Has(deed.Fault))];
    }

    private Simulation Simulation => _world.Simulation;

    // Places in the DHT are named by the time: whoever has nothing else to meet at needs a clock.
    private TimeSpan SkewMax => _plan.Shape == SwarmShape.DhtAlone ? s_twoMinutes : s_tenYears;

    /// <summary>Begins.</summary>
    public void Begin()
    {
        Simulation.Network.Weather = _weather;
        foreach (SimMachine machine in Nodes())
        {
            machine.Disk.KeepsUnsynced = !_mix.Has(SwarmFault.LostWrites);
            if (_mix.Has(SwarmFault.WrongClock))
            {
                SetClock(machine);
            }

            _drifts[machine] = _mix.DriftShare * ((2 * _random.NextShare()) - 1);
        }

        Drift();
        ChangeWeather();
        Next();
    }

    /// <summary>Mends everything. Clocks are set right, or stay as they are.</summary>
    public void End()
    {
        _isOver = true;
        Simulation.Note("nothing breaks any more");
        Simulation.Network.Weather = null;
        Simulation.Network.Partition();
        foreach ((SimMachine from, SimMachine to) in _closed)
        {
            Simulation.Network.Unblock(from, to);
        }

        foreach (SimSegment lan in _places.Lans)
        {
            lan.HasMulticast = true;
        }

        foreach (SimMachine machine in Nodes())
        {
            machine.Disk.PowerCutIn = -1;
            machine.Disk.CapacityBytes = long.MaxValue;
            machine.Disk.ErrorShare = 0;
            machine.Skew = _plan.SetsClocks ? TimeSpan.Zero : machine.Skew;
            if (machine.AsleepSince is not null)
            {
                Simulation.Wake(machine);
            }

            Simulation.Resume(machine);
        }
    }

    private SimMachine[] Nodes() => [.. _world.Machines.Where(_world.IsNode)];

    private SimMachine Draw()
    {
        SimMachine[] nodes = Nodes();
        return nodes[_random.NextBelow(nodes.Length)];
    }

    private void Next()
    {
        if (!_isOver && _deeds.Count > 0)
        {
            Simulation.Plan(_random.NextSpan(2 * _plan.Pace), () =>
            {
                if (!_isOver)
                {
                    _deeds[_random.NextBelow(_deeds.Count)].Break();
                    Next();
                }
            });
        }
    }

    // What is undone by itself later, unless all has been mended by then.
    private void Undo(TimeSpan after, Action action) => Simulation.Plan(after, () =>
    {
        if (!_isOver)
        {
            action();
        }
    });

    private void ChangeWeather() => Undo(TimeSpan.FromSeconds(5) + _random.NextSpan(TimeSpan.FromSeconds(20)), () =>
    {
        _weather.Change();
        ChangeWeather();
    });

    private void Drift() => Undo(s_second, () =>
    {
        foreach (SimMachine machine in Nodes())
        {
            machine.Skew += _drifts[machine] * s_second;
        }

        Drift();
    });

    private void Clog()
    {
        SimMachine from = Draw();
        SimMachine? to = _places.Nats.Count > 0 && _random.Happens(0.5) ? null : Draw();
        TimeSpan length = _random.NextSpan(TimeSpan.FromSeconds(10));
        Simulation.Note($"the way from {from} to {to?.Name ?? "those behind translators"} is clogged for {length.TotalSeconds:F1} s");
        _weather.Clog(from, to, length);
    }

    private void CloseOneWay()
    {
        SimMachine from = Draw();
        SimMachine to = Draw();
        if (from == to || _places.Graph?.Has(from, to) == false)
        {
            return;
        }

        Simulation.Note($"the way from {from} to {to} is closed");
        Simulation.Network.Block(from, to);
        _closed.Add((from, to));
        Undo(_random.NextSpan(TimeSpan.FromSeconds(40)), () =>
        {
            Simulation.Note($"the way from {from} to {to} is open");
            Simulation.Network.Unblock(from, to);
        });
    }

    private void Part()
    {
        SimMachine[] nodes = Nodes();
        _random.Shuffle(nodes);
        int cut = 1 + _random.NextBelow(nodes.Length - 1);
        Simulation.Note($"partition: {string.Join(' ', nodes[..cut].AsEnumerable())} apart from the others");
        Simulation.Network.Partition(nodes[..cut], nodes[cut..]);
        Undo(_random.NextSpan(TimeSpan.FromSeconds(40)), () =>
        {
            Simulation.Note("the partition ends");
            Simulation.Network.Partition();
        });
    }

    private void Crash()
    {
        SimMachine machine = Draw();
        if (machine.Host is not null && machine.IsRunning)
        {
            Simulation.Crash(machine);
        }
    }

    private void Pause()
    {
        SimMachine machine = Draw();
        if (machine.IsRunning)
        {
            Simulation.Pause(machine);
            Undo(_random.NextSpan(TimeSpan.FromSeconds(_random.Happens(0.2) ? 60 : 8)), () => Simulation.Resume(machine));
        }
    }

    private void Sleep()
    {
        SimMachine machine = Draw();
        if (machine.IsRunning)
        {
            Simulation.Sleep(machine);
            Undo(_random.NextSpan(TimeSpan.FromSeconds(60)), () => Simulation.Wake(machine));
        }
    }

    private void SetClock(SimMachine machine)
    {
        machine.Skew = _random.NextSpan(2 * SkewMax) - SkewMax;
        Simulation.Note($"{machine}'s wall clock is wrong by {machine.Skew.TotalDays:F1} days");
    }

    private void CutPower()
    {
        SimMachine machine = Draw();
        machine.Disk.PowerCutIn = _random.NextBelow(12);
        Simulation.Note($"{machine} will lose power at the next disk operation but {machine.Disk.PowerCutIn}");
    }

    private void FillDisk()
    {
        SimMachine machine = Draw();
        machine.Disk.CapacityBytes = machine.Disk.UsedBytes + _random.NextBelow(600);
        Simulation.Note($"{machine}'s disk is full");
        Undo(_random.NextSpan(TimeSpan.FromSeconds(30)), () => machine.Disk.CapacityBytes = long.MaxValue);
    }

    private void SpoilDisk()
    {
        SimMachine machine = Draw();
        machine.Disk.ErrorShare = _mix.DiskErrorShare;
        Simulation.Note($"{machine}'s disk fails");
        Undo(_random.NextSpan(TimeSpan.FromSeconds(30)), () => machine.Disk.ErrorShare = 0);
    }

    // The first stays, so that whoever moves knows someone to come back to; but where there is a DHT.
    private void Move()
    {
        SimMachine machine = Draw();
        if (_places.Graph is not null || (machine == Nodes()[0] && _places.Town is null))
        {
            return;
        }

        SimSegment to = _places.Lans.Count > 0
            ? _places.Lans[_random.NextBelow(_places.Lans.Count)]
            : _random.Happens(0.5) && _nextHost < 340 ? _places.Next() : machine.Interfaces[0].Segment;
        Simulation.Note($"{machine} moves to network {to.Index} and has another address");
        SimNetwork.DetachAll(machine);
        SimNetwork.Attach(machine, to, _nextHost++);
        Simulation.AnnounceAddresses(machine);
    }

    private void LoseTranslator()
    {
        if (_places.Nats.Count == 0)
        {
            return;
        }

        SimNat nat = _places.Nats[_random.NextBelow(_places.Nats.Count)];
        if (_random.Happens(0.5))
        {
            nat.Flush();
        }
        else
        {
            nat.Renumber(_nextHost++);
        }
    }

    private void StopMulticast()
    {
        if (_places.Lans.Count > 0)
        {
            _places.Lans[_random.NextBelow(_places.Lans.Count)].HasMulticast = false;
        }
    }
}
