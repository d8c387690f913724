namespace Kith.Protocol.Tunnel;

/// <summary>
/// Which handshake timestamps of one peer have been used (WireGuard section 5.1: the newest alone counts). For a key that several devices
/// hold, whose clocks differ, the newest <see cref="TunnelLimits.TimestampsMax"/> are remembered one by one: each is accepted once, and nothing at or
/// below the greatest one forgotten, so that no initiation can ever be replayed. Not thread-safe.
/// </summary>
public sealed class TimestampMemory(bool severalDevices)
{
    private readonly SortedSet<Tai64n>? _seen = severalDevices ? [] : null;
    private Tai64n _floor;

    /// <summary>How many timestamps are held one by one.</summary>
    public int Count => _seen?.Count ?? 0;

    /// <summary>Whether <see cref="TryAccept"/> would take the timestamp.</summary>
    public bool IsFresh(Tai64n timestamp) => timestamp > _floor && _seen?.Contains(timestamp) != true;

    /// <summary>Takes a timestamp of an authenticated initiation; false if it was used or may have been.</summary>
    public bool TryAccept(Tai64n timestamp)
    {
        if (!IsFresh(timestamp))
        {
            return false;
        }

        if (_seen is null)
        {
            _floor = timestamp;
            return true;
        }

        _seen.Add(timestamp);
        if (_seen.Count > TunnelLimits.TimestampsMax)
        {
            _floor = _seen.Min;
            _seen.Remove(_floor);
        }

        return true;
    }
}
