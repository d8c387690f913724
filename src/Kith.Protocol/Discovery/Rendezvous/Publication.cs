using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>What of our whereabouts lies in the DHT for one network, and when it is to be put again.</summary>
public sealed class Publication
{
    private ulong _sequence;
    private Instant? _at;
    private Instant _retryAt = Instant.Never;

    /// <summary>When whereabouts of this sequence number are due.</summary>
    public Instant NextFor(ulong sequence) => _at is not { } at
        ? default
        : Instant.Min(_retryAt, at + (sequence != _sequence ? RendezvousTimings.RepublishChanged : RendezvousTimings.Republish));

    /// <summary>They are being put.</summary>
    public void Begin(Instant now, ulong sequence)
    {
        _at = now;
        _sequence = sequence;
        _retryAt = Instant.Never;
    }

    /// <summary>No node took them.</summary>
    public void Retry(Instant now) => _retryAt = now + RendezvousTimings.RetryPut;

    /// <summary>The key has changed: what lies there is for nobody any more.</summary>
    public void Forget() => _at = null;
}
