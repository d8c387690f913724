using Kith.Protocol.Wire;
using Kith.Simulator.Disk;

namespace Kith.Simulator.Net;

/// <summary>A machine: interfaces, a wall clock that is wrong, a disk, and the program running on it, if it runs.</summary>
internal sealed class SimMachine(string name, int index, SimDisk disk)
{
    /// <summary>The data port every host listens on.</summary>
    public const ushort DataPort = 5484;

    /// <summary>The port of multicast DNS.</summary>
    public const ushort MulticastPort = 5353;

    /// <summary>Datagrams that a system keeps for a program that does not take them.</summary>
    public const int WaitingMax = 256;

    private const int FirstEphemeralPort = 32768;
    private const int EphemeralPorts = 28232;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its number, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Its disk, which survives crashes as disks do.</summary>
    public SimDisk Disk { get; } = disk;

    /// <summary>How wrong its wall clock is.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>How long it has slept in all; its monotonic clock is behind by that.</summary>
    public TimeSpan Slept { get; set; }

    /// <summary>Since when it sleeps; null while it is awake.</summary>
    public Instant? AsleepSince { get; set; }

    /// <summary>Datagrams that wait while its programs stand still; null while they run.</summary>
    public Queue<(InternetEndpoint Source, ushort Port, byte[] Datagram)>? Waiting { get; set; }

    /// <summary>Whether its programs run.</summary>
    public bool IsRunning => AsleepSince is null && Waiting is null;

    /// <summary>Where it is attached.</summary>
    public List<SimInterface> Interfaces { get; } = [];

    /// <summary>What runs on it; null while it is down.</summary>
    public ISimHost? Host { get; set; }

    /// <summary>The time for which a timeout of the host is planned.</summary>
    public Instant PlannedTimeout { get; set; } = Instant.Never;

    /// <summary>How often the host asked to be called at once without time passing.</summary>
    public int CallsWithoutProgress { get; set; }

    /// <summary>The ports of its extra sockets, by their numbers; the data socket is not among them.</summary>
    public Dictionary<uint, ushort> ExtraSockets { get; } = [];

    /// <summary>The most extra sockets that were open at once.</summary>
    public int ExtraSocketsPeak { get; private set; }

    /// <summary>The port of an extra socket, which is opened if it is not open.</summary>
    public ushort PortOf(uint socket, SeededRandom random)
    {
        if (!ExtraSockets.TryGetValue(socket, out ushort port))
        {
            do
            {
                port = (ushort)(FirstEphemeralPort + random.NextBelow(EphemeralPorts));
            }
            while (ExtraSockets.ContainsValue(port));
            ExtraSockets[socket] = port;
            ExtraSocketsPeak = Math.Max(ExtraSocketsPeak, ExtraSockets.Count);
        }

        return port;
    }

    /// <summary>Which extra socket listens on a port.</summary>
    public bool TryGetSocket(ushort port, out uint socket)
    {
        socket = ExtraSockets.FirstOrDefault(open => open.Value == port).Key;
        return socket != 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
