using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// Makes ports of this machine reachable from outside: asks every gateway by PCP (RFC 6887), NAT-PMP (RFC 6886) and UPnP, keeps what they grant alive, asks anew when a
/// gateway has restarted or forgotten, and removes everything at the end. Driven as every machine of the core: after each call, drain
/// <see cref="TryGetTransmit"/> and <see cref="TryGetHttpRequest"/>, see <see cref="TryGetChange"/>, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>.
/// Not thread-safe.
/// </summary>
public sealed class PortMapper
{
    private readonly PortMapperOptions _options;
    private readonly RandomSource _random;
    private readonly MapperOutbox _outbox = new();
    private readonly List<GatewaySession> _sessions = [];
    private MappedEndpoint[] _told = [];
    private Instant _releaseUntil = Instant.Never;

    /// <summary>Makes a mapper that knows of no gateway yet.</summary>
    public PortMapper(PortMapperOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        _options = options;
        _random = random;
    }

    /// <summary>When <see cref="HandleTimeout"/> is to be called.</summary>
    public Instant NextTimeout => _sessions.Aggregate(_releaseUntil, (next, session) => Instant.Min(next, session.NextTimeout));

    /// <summary>Whether, after <see cref="Stop"/>, there is nothing more to wait for.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>
    /// The gateways as the machine's routes name them now; above <see cref="PortMappingLimits.GatewaysMax"/> the rest is left out. Those that have granted something are asked
    /// whether they still remember; those that have not are tried from the beginning, for it may be another router; those that are gone are forgotten together with
    /// what they granted.
    /// </summary>
    public void HandleGateways(Instant now, IReadOnlyList<MappingGateway> gateways)
    {
        ArgumentNullException.ThrowIfNull(gateways);
        if (IsStopped || _releaseUntil != Instant.Never)
        {
            return;
        }

        MappingGateway[] wanted = [.. gateways.Distinct().Take(PortMappingLimits.GatewaysMax)];
        _sessions.RemoveAll(session => !wanted.Contains(session.Gateway) || !session.IsFresh(now));
        foreach (GatewaySession known in _sessions)
        {
            known.Check(now);
        }

        foreach (MappingGateway gateway in wanted)
        {
            if (!_sessions.Any(session => session.Gateway == gateway))
            {
                _sessions.Add(new GatewaySession(now, gateway, _options, _outbox, _random));
            }
        }
    }

    /// <summary>A datagram that came to one of the sockets, or to one that hears announcements. Whoever is no gateway is not listened to.</summary>
    public void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        foreach (GatewaySession session in _sessions)
        {
            session.HandleDatagram(now, source, datagram);
        }

        HandleTimeout(now);
    }

    /// <summary>The answer to a request.</summary>
    /// <param name="now">The time.</param>
    /// <param name="id">The request's number; answers to others are ignored.</param>
    /// <param name="status">The HTTP status, or 0 if no answer came or it was too large.</param>
    /// <param name="body">The body, at most <see cref="PortMappingLimits.HttpBodyBytesMax"/>.</param>
    public void HandleHttp(Instant now, long id, int status, ReadOnlySpan<byte> body)
    {
        foreach (GatewaySession session in _sessions)
        {
            if (session.HandleHttp(now, id, status, body))
            {
                break;
            }
        }

        HandleTimeout(now);
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        foreach (GatewaySession session in _sessions)
        {
            session.HandleTimeout(now);
        }

        if (_releaseUntil != Instant.Never && (now >= _releaseUntil || _sessions.All(session => session.IsReleased)))
        {
            IsStopped = true;
            _sessions.Clear();
            _releaseUntil = Instant.Never;
        }
    }

    /// <summary>There is reason to doubt that the mappings are still there: the gateways are asked.</summary>
    public void Check(Instant now)
    {
        foreach (GatewaySession session in _sessions)
        {
            session.Check(now);
        }
    }

    /// <summary>The machine slept, and its monotonic clock with it: mappings may have run out, and are asked for anew.</summary>
    public void HandleWake(Instant now)
    {
        foreach (GatewaySession session in _sessions)
        {
            session.HandleWake(now);
        }
    }

    /// <summary>Removes all mappings. Go on driving the machine until <see cref="IsStopped"/>, at most for <see cref="PortMappingLimits.ReleasePatience"/>.</summary>
    public void Stop(Instant now)
    {
        foreach (GatewaySession session in _sessions)
        {
            session.Release(now);
        }

        _releaseUntil = now + PortMappingLimits.ReleasePatience;
        HandleTimeout(now);
    }

    /// <summary>Copies the next datagram to be sent into the buffer, which holds <see cref="PortMappingLimits.DatagramBytesMax"/> bytes.</summary>
    public bool TryGetTransmit(Span<byte> buffer, out MapperTransmit transmit) => _outbox.TryTake(buffer, out transmit);

    /// <summary>The next HTTP request to be made.</summary>
    public bool TryGetHttpRequest(out MapperHttpRequest? request) => _outbox.TryTakeRequest(out request);

    /// <summary>Whether the mappings' outside endpoints are others than at the last call, and which they are.</summary>
    public bool TryGetChange(out IReadOnlyList<MappedEndpoint> endpoints)
    {
        MappedEndpoint[] now = [.. Describe(default).Mappings.Select(mapping => new MappedEndpoint(mapping.Wish.Transport, mapping.External)).Distinct()];
        bool isChanged = !now.SequenceEqual(_told);
        endpoints = _told = now;
        return isChanged;
    }

    /// <summary>How things stand.</summary>
    public PortMappingStatus Describe(Instant now) => new(true, [.. _sessions.Select(session => session.Describe(now))]);
}
