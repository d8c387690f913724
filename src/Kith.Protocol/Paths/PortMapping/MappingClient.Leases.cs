using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <content>What becomes of a lease.</content>
internal abstract partial class MappingClient
{
    private static readonly TimeSpan ReleaseRetransmission = TimeSpan.FromMilliseconds(250);

    /// <summary>Removes everything that the gateway may still have.</summary>
    public void Release(Instant now)
    {
        IsAllowed = false;
        _checkAt = Instant.Never;
        foreach (PortLease lease in Leases)
        {
            bool isGranted = lease.ExpiresAt > now && !lease.External.IsNone;
            bool isUnderWay = lease.State == LeaseState.Asking;
            lease.State = isGranted || (isUnderWay && Finding == MappingFinding.Present) ? LeaseState.Releasing : LeaseState.Released;
            lease.NextAt = now + ReleaseRetransmission;
            if (isGranted || isUnderWay)
            {
                // A request may have been granted although its answer never came.
                SendRequest(now, lease, TimeSpan.Zero);
            }
        }
    }

    /// <summary>Whether an outside address that a gateway tells can be one.</summary>
    protected static bool IsUsable(InternetAddress address) => EndpointField.IsUnicast(new InternetEndpoint(address, 1)) && !address.IsLoopback;

    /// <summary>The gateway has removed a mapping, or says that it has none.</summary>
    protected static void Released(PortLease lease)
    {
        lease.State = LeaseState.Released;
        lease.ExpiresAt = default;
    }

    /// <summary>Asks from the beginning.</summary>
    protected void Ask(Instant now, PortLease lease)
    {
        lease.Attempts = 0;
        lease.Conflicts = 0;
        lease.ExpiresAt = default;
        lease.State = IsAllowed && CanAsk ? LeaseState.Asking : LeaseState.Idle;
        if (lease.State == LeaseState.Asking)
        {
            Send(now, lease);
        }
    }

    /// <summary>The gateway has granted it, for a lifetime or, if null, without end.</summary>
    protected void Grant(Instant now, PortLease lease, in InternetEndpoint external, TimeSpan? lifetime)
    {
        if (external.Port == 0 || !IsUsable(external.Address))
        {
            Refuse(now, lease, "the gateway has no outside address", TimeSpan.Zero);
            return;
        }

        TimeSpan granted = lifetime is { } told && told < PortMappingSpecification.GrantMax ? told : PortMappingSpecification.GrantMax;
        TimeSpan renewal = granted * (0.5 + (Random.NextBelow(1001) / 8000.0));
        lease.ExpiresAt = lifetime is null ? Instant.Never : now + granted;
        lease.External = external;
        lease.SuggestedPort = external.Port;
        lease.Attempts = 0;
        lease.Conflicts = 0;
        Finding = MappingFinding.Present;
        Detail = null;
        if (lease.State is not (LeaseState.Asking or LeaseState.Held))
        {
            // Came too late to be of use; it is remembered, so that it is removed in the end.
            return;
        }

        lease.State = LeaseState.Held;
        lease.NextAt = now + (renewal > PortMappingSpecification.RenewalPauseMin ? renewal : PortMappingSpecification.RenewalPauseMin);
        _checkAt = Instant.Min(_checkAt, now + PortMappingLimits.CheckInterval);
    }

    /// <summary>The gateway does not want to; it is asked again after a while.</summary>
    protected void Refuse(Instant now, PortLease lease, string why, TimeSpan pause)
    {
        if (lease.State is LeaseState.Releasing or LeaseState.Released)
        {
            Released(lease);
            return;
        }

        Finding = MappingFinding.Refused;
        Detail = why;
        if (lease.State is LeaseState.Asking or LeaseState.Held)
        {
            lease.State = LeaseState.Waiting;
            lease.ExpiresAt = default;
            lease.External = default;
            TimeSpan least = pause > PortMappingLimits.RefusalMin ? pause : PortMappingLimits.RefusalMin;
            lease.NextAt = now + (least < PortMappingSpecification.RefusalMax ? least : PortMappingSpecification.RefusalMax);
        }
    }

    /// <summary>The gateway has forgotten a mapping, or all of them if none is named: asked for anew at once, or after a random part of a time.</summary>
    protected void Lose(Instant now, PortLease? only, TimeSpan spread)
    {
        foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Held && (only is null || lease == only)))
        {
            lease.PinholeId = "";
            lease.NextAt = now + (spread > TimeSpan.Zero ? spread * (Random.NextBelow(1001) / 1000.0) : TimeSpan.Zero);
            lease.ExpiresAt = Instant.Min(lease.ExpiresAt, lease.NextAt + PortMappingLimits.LossGrace);
        }
    }

    /// <summary>Nobody speaks the protocol, or not for what is wanted.</summary>
    protected void Conclude(string why)
    {
        if (Finding != MappingFinding.Present && Finding != MappingFinding.Refused)
        {
            Finding = MappingFinding.Absent;
            Detail = why;
        }
    }
}
