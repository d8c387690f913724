using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>A tracker of BEP 15: a connection id first, then requests, each sent again after 15 · 2ⁿ seconds.</summary>
internal sealed class UdpTrackerLeg(TrackerUrl url, InternetEndpoint endpoint, RandomSource random) : TrackerLeg(url, !endpoint.Address.IsV4)
{
    // A response with this id would begin as STUN does.
    private const uint StunCookie = 0x2112A442;

    private readonly Queue<byte[]> _transmits = new();
    private ulong _connection;
    private Instant _connectionUntil = new(long.MinValue);
    private bool _isConnecting;
    private uint _transaction;
    private int _tries;

    /// <summary>Where it is.</summary>
    public InternetEndpoint Endpoint { get; } = endpoint;

    /// <inheritdoc/>
    public override bool CanScrape => true;

    /// <inheritdoc/>
    public override bool IsSilent => _tries > 0;

    /// <inheritdoc/>
    public override void Begin(Instant now, TrackerRequest request)
    {
        Current = request;
        _tries = 0;
        Send(now);
    }

    /// <inheritdoc/>
    public override TrackerRequest? HandleTimeout(Instant now)
    {
        if (Current is null || now < Due)
        {
            return null;
        }

        // The next scrape asks the same anew.
        if (Current.IsScrape)
        {
            return Take();
        }

        _tries = Math.Min(_tries + 1, TrackerSpecification.DoublingsMax);
        Send(now);
        return null;
    }

    /// <summary>
    /// A datagram from the tracker's endpoint. What ended comes with its answer, or with the reason of a refusal; whatever answers no open request is silence.
    /// </summary>
    public TrackerRequest? HandleDatagram(Instant now, ReadOnlySpan<byte> datagram, out TrackerAnswer? answer, out string? reason)
    {
        answer = null;
        reason = null;
        if (Current is not { } request || UdpTrackerResponse.PeekTransaction(datagram) != _transaction)
        {
            return null;
        }

        if (!UdpTrackerResponse.TryDecode(datagram, IsV6, out UdpTrackerResponse? response))
        {
            // Some refuse a hash that they do not list with the head of an answer alone.
            Heard = now;
            reason = "it cuts its answer short, as some do that do not take a hash";
            return _isConnecting ? null : Take();
        }

        TrackerAction expected = _isConnecting ? TrackerAction.Connect : request.IsScrape ? TrackerAction.Scrape : TrackerAction.Announce;
        if (response.Action == TrackerAction.Error)
        {
            Heard = now;
            _connectionUntil = new Instant(long.MinValue);
            reason = response.Reason;
            return Take();
        }

        if (response.Action != expected)
        {
            return null;
        }

        Heard = now;
        if (_isConnecting)
        {
            _connection = response.Connection;
            _connectionUntil = now + TrackerSpecification.ConnectionLife;
            _tries = 0;
            Send(now);
            return null;
        }

        int total = (int)(Math.Min(response.Seeders, int.MaxValue / 2) + Math.Min(response.Leechers, int.MaxValue / 2));
        answer = new TrackerAnswer(request.IsScrape ? null : HttpTracker.Seconds(response.IntervalSeconds), null, total, response.Peers);
        return Take();
    }

    /// <inheritdoc/>
    public override void HandleNetworkChange(Instant now)
    {
        _connectionUntil = new Instant(long.MinValue);
        if (Current is not null)
        {
            _tries = 0;
            Send(now);
        }
    }

    /// <inheritdoc/>
    public override void Leave(Instant now, TrackerListing listing)
    {
        if (now < _connectionUntil)
        {
            byte[] datagram = new byte[UdpTrackerRequest.AnnounceBytes];
            UdpTrackerRequest.WriteAnnounce(datagram, _connection, NewTransaction(), Describe(listing, AnnounceEvent.Stopped));
            _transmits.Enqueue(datagram);
        }
    }

    /// <summary>Takes the next datagram for <see cref="Endpoint"/>.</summary>
    public bool TryGetTransmit(Span<byte> buffer, out int length)
    {
        length = 0;
        if (!_transmits.TryDequeue(out byte[]? datagram))
        {
            return false;
        }

        datagram.CopyTo(buffer);
        length = datagram.Length;
        return true;
    }

    private void Send(Instant now)
    {
        Span<byte> datagram = stackalloc byte[UdpTrackerRequest.BytesMax];
        _transaction = NewTransaction();
        _isConnecting = now >= _connectionUntil;
        TrackerRequest request = Current!;
        int length = _isConnecting
            ? UdpTrackerRequest.WriteConnect(datagram, _transaction)
            : request.IsScrape
                ? UdpTrackerRequest.WriteScrape(datagram, _connection, _transaction, request.Listing.InfoHash)
                : UdpTrackerRequest.WriteAnnounce(datagram, _connection, _transaction, Describe(request.Listing, request.Event));
        if (_transmits.Count < TrackerLimits.TransmitsMax)
        {
            _transmits.Enqueue(datagram[..length].ToArray());
        }

        Asked = now;
        Due = now + (TrackerSpecification.FirstWait * (1 << _tries));
    }

    private uint NewTransaction()
    {
        uint transaction = random.NextUInt32();
        return transaction == StunCookie ? transaction + 1 : transaction;
    }
}
