using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// Counts what a node sends by itself (pings, handshakes, synchronisation, announcements, questions to servers) minute by minute over the last hour, so that
/// its idle budget is shown and not only promised. What users send is not counted. Not thread-safe.
/// </summary>
public sealed class UpkeepMeter
{
    /// <summary>Minutes that are remembered.</summary>
    public const int Minutes = 60;

    /// <summary>What a node may send in an hour for itself: announcements, questions to servers and routers.</summary>
    public const long BudgetOfNode = 64_000;

    /// <summary>What it may send in an hour for each member it reaches: pings of the chosen path and of others, and statements that change rarely.</summary>
    public const long BudgetOfReachable = 96_000;

    /// <summary>What it may send in an hour for each member it does not reach: a call of 148 bytes and its headers each 25 s to each of 8 endpoints.</summary>
    public const long BudgetOfUnreachable = 256_000;

    private const int UdpAndV4Bytes = 28;
    private const int UdpAndV6Bytes = 48;

    private readonly long[] _bytes = new long[Minutes];
    private readonly long[] _minutes = new long[Minutes];
    private long? _first;

    /// <summary>The budget of an hour in bytes.</summary>
    public static long Budget(int reachable, int unreachable) => BudgetOfNode + (reachable * BudgetOfReachable) + (unreachable * BudgetOfUnreachable);

    /// <summary>A datagram was handed to the network.</summary>
    /// <param name="now">The time.</param>
    /// <param name="bytes">Its length without headers.</param>
    /// <param name="isV4">Whether its IP header is the short one.</param>
    public void HandleSent(Instant now, int bytes, bool isV4)
    {
        long minute = now.Ticks / TimeSpan.TicksPerMinute;
        _first ??= minute;
        int slot = (int)(minute % Minutes);
        if (_minutes[slot] != minute)
        {
            _minutes[slot] = minute;
            _bytes[slot] = 0;
        }

        _bytes[slot] += bytes + (isV4 ? UdpAndV4Bytes : UdpAndV6Bytes);
    }

    /// <summary>Bytes sent in the last hour, and over how many minutes they were counted: 60, or fewer after a start.</summary>
    public (long Bytes, int OverMinutes) Read(Instant now)
    {
        long minute = now.Ticks / TimeSpan.TicksPerMinute;
        long bytes = 0;
        for (int i = 0; i < Minutes; i++)
        {
            bytes += minute - _minutes[i] < Minutes ? _bytes[i] : 0;
        }

        return (bytes, (int)Math.Min(Minutes, minute - (_first ?? minute) + 1));
    }
}
