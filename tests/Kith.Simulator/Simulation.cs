using Kith.Protocol.Wire;
using Kith.Simulator.Drawing;
using Kith.Simulator.Disk;
using Kith.Simulator.Net;
using Kith.Simulator.Time;

namespace Kith.Simulator;

/// <summary>
/// A world in one process: machines, the network between them, their disks, and time, all from one seed. Single-threaded. Whatever two runs of
/// one seed do is the same to the byte.
/// </summary>
internal sealed class Simulation : IDisposable
{
    /// <summary>A host that wants to be called at once this often without time passing stands still.</summary>
    public const int CallsWithoutProgressMax = 10_000;

    private const int DatagramBytesMax = 65536;

    private readonly EventQueue _events = new();
    private readonly List<SimMachine> _machines = [];
    private readonly byte[] _buffer = new byte[DatagramBytesMax];

    public Simulation(ulong seed, TextWriter? log = null)
    {
        Seed = seed;
        Random = new SeededRandom(seed);
        Trace = new SimTrace(log);
        Network = new SimNetwork(this, Random.Fork("network"));
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Chance for the check itself. Machines and network have their own.</summary>
    public SeededRandom Random { get; }

    /// <summary>Virtual time.</summary>
    public SimClock Clock { get; } = new();

    /// <summary>The record.</summary>
    public SimTrace Trace { get; }

    /// <summary>The network.</summary>
    public SimNetwork Network { get; }

    /// <summary>Draws what happens, for a human; null if nobody looks.</summary>
    public PacketDiagram? Diagram { get; set; }

    /// <summary>Is told after everything that a machine was made to do.</summary>
    public Action<SimMachine>? Looks { get; set; }

    /// <summary>All machines, in the order in which they were added.</summary>
    public IReadOnlyList<SimMachine> Machines => _machines;

    /// <summary>Adds a machine that is down and attached to nothing.</summary>
    public SimMachine AddMachine(string name)
    {
        SimMachine machine = new(name, _machines.Count, new SimDisk(Random.Fork($"disk {name}")));
        _machines.Add(machine);
        return machine;
    }

    /// <summary>The clocks of a machine.</summary>
    public ClockReading Now(SimMachine machine) => Clock.Read(machine.Skew, machine.Slept);

    /// <summary>Plans something.</summary>
    public void Plan(TimeSpan delay, Action action) => _events.Add(Clock.Now + delay, action);

    /// <summary>Starts a host on a machine and tells it the machine's addresses.</summary>
    public void Start(SimMachine machine, ISimHost host)
    {
        SimFailure.Unless(machine.Host is null, $"{machine} is already running");
        machine.Host = host;
        machine.PlannedTimeout = Instant.Never;
        Note($"{machine} starts");
        AnnounceAddresses(machine);
    }

    /// <summary>Ends a host without a word, and its disk loses what was not synced.</summary>
    public void Crash(SimMachine machine)
    {
        Note($"{machine} crashes");
        machine.Host?.Dispose();
        machine.Host = null;
        machine.ExtraSockets.Clear();
        machine.Waiting = null;
        machine.Disk.Crash();
    }

    /// <summary>A machine's programs stand still, while its clocks go on and its system keeps some datagrams for them.</summary>
    public void Pause(SimMachine machine)
    {
        Note($"{machine} stands still");
        machine.Waiting = new Queue<(InternetEndpoint Source, ushort Port, byte[] Datagram)>();
    }

    /// <summary>They go on.</summary>
    public void Resume(SimMachine machine)
    {
        if (machine.Waiting is not { } waiting)
        {
            return;
        }

        Note($"{machine} goes on with {waiting.Count} datagrams");
        machine.Waiting = null;
        machine.PlannedTimeout = Instant.Never;
        while (waiting.TryDequeue(out (InternetEndpoint Source, ushort Port, byte[] Datagram) next))
        {
            Arrive(machine, next.Source, next.Port, next.Datagram);
        }

        if (machine.Host is { } host)
        {
            PlanTimeout(machine, host);
        }
    }

    /// <summary>Lets a machine sleep: its programs stand still and hear nothing, its monotonic clock stops, its wall clock goes on.</summary>
    public void Sleep(SimMachine machine)
    {
        Note($"{machine} sleeps");
        machine.AsleepSince = Clock.Now;
    }

    /// <summary>Wakes it up.</summary>
    public void Wake(SimMachine machine)
    {
        SimFailure.Unless(machine.AsleepSince is not null, $"{machine} is awake");
        Note($"{machine} wakes");
        machine.Slept += Clock.Now - machine.AsleepSince!.Value;
        machine.AsleepSince = null;
        machine.PlannedTimeout = Instant.Never;
        if (machine.Host is { } host)
        {
            PlanTimeout(machine, host);
        }
    }

    /// <summary>Tells a host the machine's addresses, after they changed.</summary>
    public void AnnounceAddresses(SimMachine machine) => Call(machine, host => host.HandleLocalAddresses(Now(machine), machine.Interfaces));

    /// <summary>Does something with a running host, then takes its packets and plans its timeout.</summary>
    public void Call(SimMachine machine, Action<ISimHost> action)
    {
        if (machine.Host is not { } host || !machine.IsRunning)
        {
            return;
        }

        try
        {
            action(host);
            CarryOut(machine, host);
        }
        catch (PowerCutException)
        {
            Crash(machine);
            return;
        }

        if (machine.Host == host)
        {
            PlanTimeout(machine, host);
            Looks?.Invoke(machine);
        }
    }

    /// <summary>A datagram has come to a machine.</summary>
    public void Arrive(SimMachine machine, InternetEndpoint source, ushort port, byte[] datagram)
    {
        uint socket = 0;
        if (machine.Waiting is { } waiting)
        {
            if (machine.Host is not null && waiting.Count < SimMachine.WaitingMax)
            {
                waiting.Enqueue((source, port, datagram));
            }

            return;
        }

        switch (port)
        {
            case SimMachine.DataPort:
            case var extra when machine.TryGetSocket(extra, out socket):
                Call(machine, host => host.HandleDatagram(Now(machine), socket == 0 ? source : source with { Scope = socket }, datagram));
                break;
            case SimMachine.MulticastPort:
                Call(machine, host => host.HandleLanDatagram(Now(machine), source, datagram));
                break;
        }
    }

    /// <summary>Writes a line into the record.</summary>
    public void Note(string text)
    {
        Trace.Add(Clock.Elapsed, text);
        Diagram?.Note(Clock.Elapsed, text);
    }

    /// <summary>Lets time pass.</summary>
    public void RunFor(TimeSpan span) => RunUntil(() => false, span);

    /// <summary>Lets time pass until the condition holds, which is looked at after every event; false if it does not in time.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        Instant end = Clock.Now + atMost;
        while (true)
        {
            if (condition())
            {
                return true;
            }

            if (_events.Next > end)
            {
                Clock.AdvanceTo(end);
                return condition();
            }

            Clock.AdvanceTo(_events.Next);
            _events.Take()();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SimMachine machine in _machines)
        {
            machine.Host?.Dispose();
            machine.Host = null;
        }
    }

    private void CarryOut(SimMachine machine, ISimHost host)
    {
        while (host.TryGetTransmit(Now(machine), _buffer, out SimTransmit transmit))
        {
            ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, transmit.Length);
            switch (transmit.Kind)
            {
                case SimTransmitKind.Datagram:
                    Network.Send(machine, SimMachine.DataPort, transmit.Endpoint, bytes, transmit.TimeToLive, transmit.DontFragment);
                    break;
                case SimTransmitKind.FromMulticastPort:
                    Network.Send(machine, SimMachine.MulticastPort, transmit.Endpoint, bytes);
                    break;
                case SimTransmitKind.Multicast:
                    Network.SendMulticast(machine, bytes);
                    break;
                default:
                    Trace.Add(Clock.Elapsed, $"{machine} tun {bytes.Length}", bytes);
                    break;
            }
        }
    }

    private void PlanTimeout(SimMachine machine, ISimHost host)
    {
        Instant next = Instant.Max(host.NextTimeout + machine.Slept, Clock.Now);
        if (next > Clock.Now)
        {
            machine.CallsWithoutProgress = 0;
        }

        if (next == Instant.Never || machine.PlannedTimeout <= next)
        {
            return;
        }

        machine.PlannedTimeout = next;
        _events.Add(next, () => Fire(machine, host, next));
    }

    private void Fire(SimMachine machine, ISimHost host, Instant planned)
    {
        // Planned again for an earlier time, or for a host that has crashed since.
        if (machine.Host != host || machine.PlannedTimeout != planned)
        {
            return;
        }

        machine.PlannedTimeout = Instant.Never;
        machine.CallsWithoutProgress++;
        SimFailure.Unless(machine.CallsWithoutProgress < CallsWithoutProgressMax, $"{machine} asks to be called again and again without time passing");
        Call(machine, running =>
        {
            if (running.NextTimeout + machine.Slept <= Clock.Now)
            {
                running.HandleTimeout(Now(machine));
            }
        });
    }
}
