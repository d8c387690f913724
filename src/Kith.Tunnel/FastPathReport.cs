namespace Kith.Tunnel;

/// <summary>What the fast path is using and what it has counted, at one moment.</summary>
public sealed record FastPathReport
{
    /// <summary>The TUN device's name; null if there is none.</summary>
    public required string? Tun { get; init; }

    /// <summary>Which offloads there are, whether each is in use, and why not.</summary>
    public required IReadOnlyList<OffloadStatus> Offloads { get; init; }

    /// <summary>Which implementation of the cipher is in use.</summary>
    public required string Cipher { get; init; }

    /// <summary>Packets dropped, by reason; reasons that never occurred are left out.</summary>
    public required IReadOnlyDictionary<FastPathDrop, long> Drops { get; init; }

    /// <summary>Reads from the TUN device.</summary>
    public required long TunReads { get; init; }

    /// <summary>Writes to the TUN device.</summary>
    public required long TunWrites { get; init; }

    /// <summary>Calls that sent datagrams.</summary>
    public required long SendCalls { get; init; }

    /// <summary>Calls that received datagrams.</summary>
    public required long ReceiveCalls { get; init; }

    /// <summary>Packets sealed and sent.</summary>
    public required long PacketsSent { get; init; }

    /// <summary>Packets received and authenticated.</summary>
    public required long PacketsReceived { get; init; }

    /// <summary>Relay frames of others that the packet path passed on.</summary>
    public required long PacketsForwarded { get; init; }

    /// <summary>Bytes of UDP payload they were sent on with.</summary>
    public required long BytesForwarded { get; init; }

    /// <summary>Extra sockets that are open, counted by their numbers.</summary>
    public required int ExtraSockets { get; init; }

    /// <summary>Whether an IPv4 socket is open.</summary>
    public required bool HasIPv4 { get; init; }

    /// <summary>Whether an IPv6 socket is open.</summary>
    public required bool HasIPv6 { get; init; }

    /// <summary>Exceptions that ended a batch: defects, in full. Empty in a sound program.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}
