using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// What is the same in all three protocols: asking again until there is an answer, renewing, checking from time to time whether the gateway still knows, giving up,
/// removing. One for each protocol and gateway.
/// </summary>
internal abstract partial class MappingClient
{
    private Instant _checkAt = Instant.Never;
    private Instant _checkNotBefore;
    private int _checksMissed;

    protected MappingClient(MappingProtocol protocol, in MappingGateway gateway, PortMapperOptions options, MapperOutbox outbox, RandomSource random)
    {
        Protocol = protocol;
        Gateway = gateway;
        Options = options;
        Outbox = outbox;
        Random = random;
        Leases = [.. options.Wishes.Distinct().Take(PortMappingLimits.WishesMax).Select(wish => new PortLease(wish))];
    }

    public MappingProtocol Protocol { get; }

    public IReadOnlyList<PortLease> Leases { get; }

    public MappingFinding Finding { get; protected set; }

    public string? Detail { get; protected set; }

    /// <summary>Whether it may map, not only look.</summary>
    public bool IsAllowed { get; private set; }

    public bool IsHolding => Leases.Any(lease => lease.State == LeaseState.Held);

    public bool IsReleased => Leases.All(lease => lease.State == LeaseState.Released);

    public Instant NextTimeout => Leases.Aggregate(Instant.Min(OwnTimeout, _checkAt), (next, lease) => Instant.Min(next, lease.NextTimeout));

    protected MappingGateway Gateway { get; }

    protected PortMapperOptions Options { get; }

    protected MapperOutbox Outbox { get; }

    protected RandomSource Random { get; }

    /// <summary>When a gateway that does not answer is asked again.</summary>
    protected TimeSpan Retry => Finding == MappingFinding.Present ? PortMappingLimits.SilenceRetry : PortMappingLimits.AbsentRetry;

    /// <summary>When something other than a lease is due.</summary>
    protected abstract Instant OwnTimeout { get; }

    /// <summary>Whether enough is known to ask for a mapping.</summary>
    protected virtual bool CanAsk => true;

    protected abstract int AttemptsMax { get; }

    /// <summary>Begins to look whether the gateway speaks the protocol.</summary>
    public abstract void Start(Instant now);

    /// <summary>A datagram of the gateway's, of whatever protocol.</summary>
    public abstract void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram);

    /// <summary>The answer to an HTTP request; says whether it was one of this client's.</summary>
    public virtual bool HandleHttp(Instant now, long id, int status, ReadOnlySpan<byte> body) => false;

    /// <summary>Lets it map.</summary>
    public void Allow(Instant now)
    {
        IsAllowed = true;
        foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Idle && CanAsk))
        {
            Ask(now, lease);
        }
    }

    /// <summary>Another protocol has what is wanted: asks for nothing more. What was granted is left to run out, for in the gateway it may be the same mapping.</summary>
    public void Forbid()
    {
        IsAllowed = false;
        foreach (PortLease lease in Leases.Where(lease => lease.State is LeaseState.Asking or LeaseState.Held or LeaseState.Waiting))
        {
            if (lease.State == LeaseState.Asking)
            {
                Conclude("no answer");
            }

            lease.State = LeaseState.Idle;
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (OwnTimeout <= now)
        {
            HandleOwnTimeout(now);
        }

        foreach (PortLease lease in Leases.Where(lease => lease.NextTimeout <= now))
        {
            HandleLease(now, lease);
        }

        if (_checkAt <= now)
        {
            Check(now);
        }
    }

    /// <summary>Asks whether the gateway still knows what it granted.</summary>
    public void Check(Instant now)
    {
        _checkNotBefore = now + PortMappingLimits.CheckPause;
        _checkAt = IsHolding ? now + PortMappingLimits.CheckPatience : Instant.Never;
        if (!IsHolding)
        {
            return;
        }

        if (_checksMissed++ == PortMappingLimits.ChecksMissedMax)
        {
            _checksMissed = 0;
            _checkAt = now + PortMappingLimits.CheckInterval;
            Lose(now, null, TimeSpan.Zero);
            return;
        }

        SendCheck(now);
    }

    /// <summary>The machine slept: what was granted may have run out meanwhile.</summary>
    public void HandleWake(Instant now) => Lose(now, null, TimeSpan.Zero);

    /// <summary>The gateway has answered: it is there, and need not be checked for a while.</summary>
    protected void NoteAnswer(Instant now)
    {
        _checksMissed = 0;
        _checkAt = IsHolding ? now + PortMappingLimits.CheckInterval : Instant.Never;
    }

    /// <summary>Somebody says something from which the gateway may have restarted: it is asked.</summary>
    protected void CheckSoon(Instant now)
    {
        if (IsHolding)
        {
            _checkAt = Instant.Min(_checkAt, Instant.Max(now, _checkNotBefore));
        }
        else if (IsAllowed && now >= _checkNotBefore && Finding != MappingFinding.Refused)
        {
            _checkNotBefore = now + PortMappingLimits.CheckPause;
            foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Waiting || (lease.State == LeaseState.Asking && lease.Attempts > 1)))
            {
                Ask(now, lease);
            }
        }
    }

    protected abstract void HandleOwnTimeout(Instant now);

    protected abstract void SendCheck(Instant now);

    /// <summary>Sends a request for a lease; a lifetime of zero removes it.</summary>
    protected abstract void SendRequest(Instant now, PortLease lease, TimeSpan lifetime);

    /// <summary>The pause after the given number of requests.</summary>
    protected abstract TimeSpan Retransmission(int attempts);

    private void HandleLease(Instant now, PortLease lease)
    {
        switch (lease.State)
        {
            case LeaseState.Asking when lease.Attempts >= AttemptsMax:
                Conclude("no answer");
                lease.State = LeaseState.Waiting;
                lease.NextAt = now + Retry;
                break;
            case LeaseState.Asking:
                Send(now, lease);
                break;
            case LeaseState.Held when lease.ExpiresAt <= now:
            case LeaseState.Waiting:
                Ask(now, lease);
                break;
            case LeaseState.Held:
                // Once at half of what is left, and so on (RFC 6887 section 11.2.1).
                SendRequest(now, lease, Options.Lifetime);
                TimeSpan half = lease.ExpiresAt == Instant.Never ? Options.Lifetime : (lease.ExpiresAt - now) / 2;
                lease.NextAt = now + (half > PortMappingSpecification.RenewalPauseMin ? half : PortMappingSpecification.RenewalPauseMin);
                break;
            case LeaseState.Releasing:
                SendRequest(now, lease, TimeSpan.Zero);
                lease.NextAt = now + ReleaseRetransmission;
                break;
        }
    }

    private void Send(Instant now, PortLease lease)
    {
        lease.NextAt = now + Retransmission(++lease.Attempts);
        SendRequest(now, lease, Options.Lifetime);
    }
}
