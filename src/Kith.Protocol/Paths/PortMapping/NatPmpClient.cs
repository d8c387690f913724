using System.Globalization;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>NAT-PMP with one gateway (RFC 6886), IPv4 alone. The question for the outside address finds out whether it is spoken, and later whether the gateway has restarted.</summary>
internal sealed class NatPmpClient(in MappingGateway gateway, PortMapperOptions options, MapperOutbox outbox, RandomSource random)
    : MappingClient(MappingProtocol.NatPmp, gateway, options, outbox, random)
{
    private GatewayEpoch _epoch;
    private InternetAddress _outside;
    private int _questions;
    private Instant _questionAt = Instant.Never;

    protected override Instant OwnTimeout => _questionAt;

    protected override int AttemptsMax => PortMappingSpecification.NatPmpAttemptsMax;

    protected override bool CanAsk => !_outside.IsNone;

    public override void Start(Instant now)
    {
        _questions = 0;
        _questionAt = now;
    }

    public override void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (source.Port != PortMappingSpecification.GatewayPort)
        {
            return;
        }

        if (PcpResponse.TryDecode(datagram, out PcpResponse newer))
        {
            if (newer is { Result: PcpResult.Success, Opcode: PcpOpcode.Announce })
            {
                // A gateway that speaks both may announce its restart by one alone.
                CheckSoon(now);
            }

            if (newer is { Result: PcpResult.UnsupportedVersion, Opcode: PcpOpcode.Announce } && CanAsk == false)
            {
                Conclude("the gateway speaks PCP only");
                _questionAt = now + PortMappingLimits.AbsentRetry;
            }
        }
        else if (NatPmpResponse.TryDecode(datagram, out NatPmpResponse response) && response.Result != NatPmpResult.UnsupportedVersion)
        {
            // Refusals of the version answer PCP's requests, not ours.
            Take(now, response);
        }
    }

    protected override void HandleOwnTimeout(Instant now)
    {
        if (_questions >= PortMappingSpecification.NatPmpAttemptsMax)
        {
            Conclude("no answer");
            _questions = 0;
            _questionAt = now + PortMappingLimits.AbsentRetry;
            return;
        }

        _questionAt = now + Retransmission(++_questions);
        Send(new NatPmpRequest((MappedTransport?)null));
    }

    protected override void SendCheck(Instant now) => Send(new NatPmpRequest((MappedTransport?)null));

    protected override void SendRequest(Instant now, PortLease lease, TimeSpan lifetime)
    {
        ushort suggested = lifetime == TimeSpan.Zero ? (ushort)0 : lease.SuggestedPort;
        Send(new NatPmpRequest(lease.Wish.Transport, lease.Wish.InternalPort, suggested, (uint)lifetime.TotalSeconds));
    }

    protected override TimeSpan Retransmission(int attempts) => PortMappingSpecification.NatPmpRetransmission * Math.Pow(2, attempts - 1);

    private static string Describe(NatPmpResult result) => result switch
    {
        NatPmpResult.NotAuthorized => "the gateway does not allow it",
        NatPmpResult.NetworkFailure => "the gateway has no connection itself",
        NatPmpResult.OutOfResources => "the gateway has no room for another mapping",
        _ => string.Create(CultureInfo.InvariantCulture, $"the gateway refuses with error {(int)result}"),
    };

    private void Take(Instant now, in NatPmpResponse response)
    {
        if (_epoch.NoteNatPmp(now, response.EpochSeconds))
        {
            Lose(now, null, TimeSpan.Zero);
        }

        NoteAnswer(now);
        if (response.Transport is null)
        {
            TakeAddress(now, response);
            if (!IsHolding)
            {
                CheckSoon(now);
            }

            return;
        }

        MappedTransport transport = response.Transport.Value;
        foreach (PortLease lease in Leases)
        {
            bool isBare = response.InternalPort == 0 && response.Result != NatPmpResult.Success;
            if (lease.Wish.Transport == transport && (isBare ? lease.State == LeaseState.Asking : lease.Wish.InternalPort == response.InternalPort))
            {
                TakeMapping(now, lease, response);
            }
        }
    }

    private void TakeAddress(Instant now, in NatPmpResponse response)
    {
        _questions = 0;
        if (response.Result != NatPmpResult.Success || !IsUsable(response.Address))
        {
            Finding = MappingFinding.Refused;
            Detail = response.Result == NatPmpResult.Success ? "the gateway has no outside address" : Describe(response.Result);
            if (!CanAsk)
            {
                _questionAt = now + PortMappingLimits.RefusalMin;
            }

            return;
        }

        if (Finding != MappingFinding.Refused || !CanAsk)
        {
            Finding = MappingFinding.Present;
            Detail = null;
        }

        bool isFirst = !CanAsk;
        _questionAt = Instant.Never;
        _outside = response.Address;
        foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Held))
        {
            lease.External = lease.External with { Address = _outside };
        }

        if (isFirst && IsAllowed)
        {
            Allow(now);
        }
    }

    private void TakeMapping(Instant now, PortLease lease, in NatPmpResponse response)
    {
        if (response.Result != NatPmpResult.Success)
        {
            Refuse(now, lease, Describe(response.Result), TimeSpan.Zero);
        }
        else if (response.LifetimeSeconds == 0)
        {
            if (lease.State == LeaseState.Releasing)
            {
                Released(lease);
            }
        }
        else
        {
            Grant(now, lease, new InternetEndpoint(_outside, response.ExternalPort), TimeSpan.FromSeconds(response.LifetimeSeconds));
        }
    }

    private void Send(in NatPmpRequest request)
    {
        Span<byte> datagram = stackalloc byte[NatPmpRequest.BytesMax];
        Outbox.Send(Gateway, Gateway.At(PortMappingSpecification.GatewayPort), datagram[..request.Encode(datagram)]);
    }
}
