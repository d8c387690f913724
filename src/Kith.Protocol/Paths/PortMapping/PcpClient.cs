using System.Globalization;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>PCP with one gateway (RFC 6887). There is no looking first: the request itself finds out.</summary>
internal sealed class PcpClient(in MappingGateway gateway, PortMapperOptions options, MapperOutbox outbox, RandomSource random)
    : MappingClient(MappingProtocol.Pcp, gateway, options, outbox, random)
{
    private GatewayEpoch _epoch;

    protected override Instant OwnTimeout => Instant.Never;

    protected override int AttemptsMax => PortMappingLimits.PcpAttemptsMax;

    public override void Start(Instant now)
    {
        // The session allows it at once.
    }

    public override void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (source.Port != PortMappingSpecification.GatewayPort)
        {
            return;
        }

        if (NatPmpResponse.TryDecode(datagram, out NatPmpResponse old))
        {
            if (old.Result == NatPmpResult.UnsupportedVersion)
            {
                GiveUp(now, "the gateway speaks NAT-PMP only");
            }
            else if (old.Transport is null)
            {
                CheckSoon(now);
            }
        }
        else if (PcpResponse.TryDecode(datagram, out PcpResponse response))
        {
            Take(now, response);
        }
    }

    protected override void HandleOwnTimeout(Instant now)
    {
        // Nothing but leases and checks has a time here.
    }

    protected override void SendCheck(Instant now) => Send(new PcpRequest(0, Gateway.Client, null));

    protected override void SendRequest(Instant now, PortLease lease, TimeSpan lifetime)
    {
        PcpNonce nonce = PcpNonce.Derive(Options.Secret, Gateway, lease.Wish);
        bool isRemoval = lifetime == TimeSpan.Zero;

        // An address of all zeros in the right family says "any" (RFC 6887 section 11.1).
        InternetAddress any = Gateway.Client.IsV4 ? InternetAddress.FromV4(0) : InternetAddress.None;
        bool hasSuggestion = !lease.External.IsNone && !isRemoval;
        InternetEndpoint suggested = hasSuggestion ? lease.External : new InternetEndpoint(any, isRemoval ? (ushort)0 : lease.SuggestedPort);
        Send(new PcpRequest((uint)lifetime.TotalSeconds, Gateway.Client, new PcpMap(nonce, lease.Wish.Transport, lease.Wish.InternalPort, suggested)));
    }

    // RFC 6887 section 8.1.1: doubled each time, and spread by a tenth.
    protected override TimeSpan Retransmission(int attempts)
    {
        TimeSpan plain = PortMappingSpecification.PcpRetransmission * Math.Pow(2, Math.Min(attempts, 10) - 1);
        plain = plain < PortMappingSpecification.PcpRetransmissionMax ? plain : PortMappingSpecification.PcpRetransmissionMax;
        return plain * (0.9 + (Random.NextBelow(2001) / 10_000.0));
    }

    private static string Describe(PcpResult result) => result switch
    {
        PcpResult.NotAuthorized => "the gateway does not allow it to this device",
        PcpResult.NetworkFailure => "the gateway has no connection itself",
        PcpResult.NoResources => "the gateway has no room for another mapping",
        PcpResult.UserExceededQuota => "this device has too many mappings",
        PcpResult.UnsupportedProtocol => "the gateway does not map this transport",
        PcpResult.CannotProvideExternal => "no outside port is free",
        PcpResult.AddressMismatch => "something between this device and the gateway translates addresses",
        PcpResult.UnsupportedVersion => "the gateway speaks another version",
        _ => string.Create(CultureInfo.InvariantCulture, $"the gateway refuses with error {(int)result}"),
    };

    private void Take(Instant now, in PcpResponse response)
    {
        if (response.Result == PcpResult.UnsupportedVersion)
        {
            // With our own version it answers NAT-PMP's question, not ours.
            if (response.Version != PcpRequest.Version)
            {
                GiveUp(now, Describe(response.Result));
            }

            return;
        }

        bool isAnnouncement = response.Opcode == PcpOpcode.Announce;
        if (_epoch.NotePcp(now, response.EpochSeconds))
        {
            Lose(now, null, isAnnouncement ? PortMappingSpecification.AnnouncementSpread : TimeSpan.Zero);
        }

        NoteAnswer(now);
        if (isAnnouncement)
        {
            if (!IsHolding)
            {
                CheckSoon(now);
            }

            return;
        }

        foreach (PortLease lease in Leases)
        {
            if (response.Map is not { } map
                ? lease.State == LeaseState.Asking
                : map.InternalPort == lease.Wish.InternalPort && map.Transport == lease.Wish.Transport && map.Nonce == PcpNonce.Derive(Options.Secret, Gateway, lease.Wish))
            {
                Take(now, lease, response);
            }
        }
    }

    private void Take(Instant now, PortLease lease, in PcpResponse response)
    {
        TimeSpan lifetime = TimeSpan.FromSeconds(response.LifetimeSeconds);
        if (response.Result != PcpResult.Success)
        {
            Refuse(now, lease, Describe(response.Result), lifetime);
        }
        else if (lifetime == TimeSpan.Zero)
        {
            if (lease.State == LeaseState.Releasing)
            {
                Released(lease);
            }
        }
        else
        {
            Grant(now, lease, response.Map!.Value.External, lifetime);
        }
    }

    private void GiveUp(Instant now, string why)
    {
        Conclude(why);
        foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Asking))
        {
            lease.State = LeaseState.Waiting;
            lease.NextAt = now + PortMappingLimits.AbsentRetry;
        }
    }

    private void Send(in PcpRequest request)
    {
        Span<byte> datagram = stackalloc byte[PcpRequest.BytesMax];
        Outbox.Send(Gateway, Gateway.At(PortMappingSpecification.GatewayPort), datagram[..request.Encode(datagram)]);
    }
}
