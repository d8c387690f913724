using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>When something is due again, with a wait that grows while nothing comes of it.</summary>
public sealed class Appointment
{
    private TimeSpan _wait;

    /// <summary>When it is due.</summary>
    public Instant Due { get; private set; }

    /// <summary>How often it was done since the last time it began anew.</summary>
    public int Count { get; private set; }

    /// <summary>Begins anew: first due after a wait.</summary>
    public void Begin(Instant now, TimeSpan first)
    {
        Due = now + first;
        _wait = first;
        Count = 0;
    }

    /// <summary>It is being done: due again after the wait, which grows by a factor up to the longest.</summary>
    public void Done(Instant now, double factor, TimeSpan longest)
    {
        Count++;
        Due = now + _wait;
        _wait = _wait * factor < longest ? _wait * factor : longest;
    }
}
