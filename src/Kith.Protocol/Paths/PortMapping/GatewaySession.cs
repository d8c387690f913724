using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// One gateway, asked by all protocols at once. The first that grants something keeps it, and the others only look; those that can do less give the better ones a
/// moment's head start.
/// </summary>
internal sealed class GatewaySession
{
    private readonly MappingClient[] _clients;
    private Instant _emptySince;
    private bool _wasHolding;
    private bool _releasing;

    public GatewaySession(Instant now, in MappingGateway gateway, PortMapperOptions options, MapperOutbox outbox, RandomSource random)
    {
        Gateway = gateway;
        _emptySince = now;
        List<MappingClient> clients = [];
        if (options.Protocols.HasFlag(MappingProtocol.Pcp))
        {
            clients.Add(new PcpClient(gateway, options, outbox, random));
        }

        if (options.Protocols.HasFlag(MappingProtocol.NatPmp) && gateway.Client.IsV4)
        {
            clients.Add(new NatPmpClient(gateway, options, outbox, random));
        }

        if (options.Protocols.HasFlag(MappingProtocol.Upnp))
        {
            clients.Add(new UpnpClient(gateway, options, outbox, random));
        }

        _clients = [.. clients];
        foreach (MappingClient client in _clients)
        {
            client.Start(now);
        }

        Settle(now);
    }

    public MappingGateway Gateway { get; }

    public bool IsReleased => _clients.All(client => client.IsReleased);

    public Instant NextTimeout
    {
        get
        {
            Instant next = _clients.Aggregate(Instant.Never, (earliest, client) => Instant.Min(earliest, client.NextTimeout));
            if (!_wasHolding && !_releasing)
            {
                foreach (MappingClient client in _clients.Where(client => !client.IsAllowed))
                {
                    next = Instant.Min(next, _emptySince + HeadStart(client));
                }
            }

            return next;
        }
    }

    public void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (!IsFromGateway(source))
        {
            return;
        }

        foreach (MappingClient client in _clients)
        {
            client.HandleDatagram(now, source, datagram);
        }

        Settle(now);
    }

    public bool HandleHttp(Instant now, long id, int status, ReadOnlySpan<byte> body)
    {
        foreach (MappingClient client in _clients)
        {
            if (client.HandleHttp(now, id, status, body))
            {
                Settle(now);
                return true;
            }
        }

        return false;
    }

    public void HandleTimeout(Instant now) => Settle(now);

    public void Check(Instant now)
    {
        foreach (MappingClient client in _clients)
        {
            client.Check(now);
        }
    }

    /// <summary>Whether a gateway grants something, or there was no time yet to find out.</summary>
    public bool IsFresh(Instant now) => _wasHolding || now - _emptySince < PortMappingLimits.RefusalMin;

    public void HandleWake(Instant now)
    {
        foreach (MappingClient client in _clients)
        {
            client.HandleWake(now);
        }

        Settle(now);
    }

    public void Release(Instant now)
    {
        _releasing = true;
        foreach (MappingClient client in _clients)
        {
            client.Release(now);
        }
    }

    public GatewayStatus Describe(Instant now) => new(
        Gateway.Address,
        Gateway.Client,
        [.. _clients.Select(client => new ProtocolFinding(client.Protocol, client.Finding, client.Detail))],
        [.. from client in _clients
            from lease in client.Leases
            where lease.State == LeaseState.Held
            select new HeldMapping(client.Protocol, lease.Wish, lease.External, lease.ExpiresAt == Instant.Never ? null : lease.ExpiresAt - now)]);

    // SSDP over IPv6 may come from an address of the gateway's that no route names: any neighbour's is listened to, and only the gateway is ever asked.
    private bool IsFromGateway(in InternetEndpoint source)
    {
        if (source.Address == Gateway.Address)
        {
            return !source.Address.IsLinkLocalV6 || source.Scope == Gateway.InterfaceIndex;
        }

        return !source.Address.IsV4 && !source.Address.IsLinkLocalV6 && source.Port != PortMappingSpecification.GatewayPort && source.Address.IsIn(Gateway.Client, 64);
    }

    private static TimeSpan HeadStart(MappingClient client) => client.Protocol switch
    {
        MappingProtocol.NatPmp => PortMappingLimits.NatPmpHeadStart,
        MappingProtocol.Upnp => PortMappingLimits.UpnpHeadStart,
        _ => TimeSpan.Zero,
    };

    private void Settle(Instant now)
    {
        foreach (MappingClient client in _clients)
        {
            client.HandleTimeout(now);
        }

        if (_releasing)
        {
            return;
        }

        MappingClient? holder = _clients.FirstOrDefault(client => client.IsAllowed && client.IsHolding);
        if (holder is not null)
        {
            foreach (MappingClient other in _clients.Where(client => client != holder && client.IsAllowed))
            {
                other.Forbid();
            }

            _wasHolding = true;
            return;
        }

        _emptySince = _wasHolding ? now : _emptySince;
        _wasHolding = false;
        bool areEarlierDone = true;
        foreach (MappingClient client in _clients)
        {
            if (!client.IsAllowed && (areEarlierDone || now >= _emptySince + HeadStart(client)))
            {
                client.Allow(now);
            }

            areEarlierDone &= client.Finding is MappingFinding.Absent or MappingFinding.Refused;
        }
    }
}
