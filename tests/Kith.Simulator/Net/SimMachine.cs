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

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its number, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Its disk, which survives crashes as disks do.</summary>
    public SimDisk Disk { get; } = disk;

    /// <summary>How wrong its wall clock is.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>Where it is attached.</summary>
    public List<SimInterface> Interfaces { get; } = [];

    /// <summary>What runs on it; null while it is down.</summary>
    public ISimHost? Host { get; set; }

    /// <summary>The time for which a timeout of the host is planned.</summary>
    public Instant PlannedTimeout { get; set; } = Instant.Never;

    /// <summary>How often the host asked to be called at once without time passing.</summary>
    public int CallsWithoutProgress { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
