using System.Threading.Channels;
using Kith.Node.Hosting;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Node.PortMapping;

/// <summary>
/// Drives a <see cref="PortMapper"/>: sockets, HTTP, the machine's gateways, time. Everything happens on one task, apart from the core's loop; what comes out are the
/// endpoints at which routers map our ports. Thread-safe.
/// </summary>
internal sealed class PortMappingService : IDisposable
{
    /// <summary>Datagrams and answers that may wait; above it they are dropped, as on any network.</summary>
    public const int QueueMax = 256;

    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(1);

    // The mapper's own patience, and a little for the machine to be slow.
    private static readonly TimeSpan StopPatience = PortMappingLimits.ReleasePatience + TimeSpan.FromMilliseconds(500);

    private readonly PortMapper _mapper;
    private readonly LocalInterfaces _interfaces;
    private readonly string? _ownTun;
    private readonly Action<IReadOnlyList<MappedEndpoint>> _onChange;
    private readonly GatewaySockets _sockets;
    private readonly GatewayHttp _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Channel<Action<Instant>> _queue = Channel.CreateBounded<Action<Instant>>(new BoundedChannelOptions(QueueMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _working;
    private bool _gatewaysChanged = true;
    private bool _stopping;

    /// <summary>Begins to map.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="interfaces">The machine's interfaces; outlive this.</param>
    /// <param name="ownTun">The node's own TUN device, which leads to no gateway; null if it has none.</param>
    /// <param name="onChange">Gets the mapped endpoints whenever they change, on a task of the service's.</param>
    public PortMappingService(PortMapperOptions options, LocalInterfaces interfaces, string? ownTun, Action<IReadOnlyList<MappedEndpoint>> onChange)
    {
        _mapper = new PortMapper(options, new SystemRandomSource());
        _interfaces = interfaces;
        _ownTun = ownTun;
        _onChange = onChange;
        _sockets = new GatewaySockets(TakeDatagram);
        _interfaces.Changed += NoteChange;
        _working = Task.Run(WorkAsync);
    }

    /// <summary>How things stand now.</summary>
    public PortMappingStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _mapper.Describe(SystemClock.Now);
            }
        }
    }

    /// <summary>Removes the mappings, for at most <see cref="StopPatience"/>, and ends.</summary>
    public void Dispose()
    {
        _interfaces.Changed -= NoteChange;
        Volatile.Write(ref _stopping, true);
        Post(static _ => { });
        _working.Wait(StopPatience);
        _stop.Cancel();
        _queue.Writer.TryComplete();
        _working.Wait(StopPatience);
        _sockets.Dispose();
        _http.Dispose();
        _stop.Dispose();
    }

    private void NoteChange()
    {
        Volatile.Write(ref _gatewaysChanged, true);
        Post(static _ => { });
    }

    private void Post(Action<Instant> work) => _queue.Writer.TryWrite(work);

    private void TakeDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        InternetEndpoint from = source;
        byte[] copy = datagram.ToArray();
        Post(now => _mapper.HandleDatagram(now, from, copy));
    }

    private async Task WorkAsync()
    {
        byte[] buffer = new byte[PortMappingLimits.DatagramBytesMax];
        bool isReleasing = false;
        SleepWatch sleep = new(WaitMax);
        while (!_stop.IsCancellationRequested && !_mapper.IsStopped)
        {
            FollowGateways();
            lock (_gate)
            {
                while (_queue.Reader.TryRead(out Action<Instant>? work))
                {
                    work(SystemClock.Now);
                }

                if (sleep.HasSlept(SystemClock.Read()))
                {
                    _mapper.HandleWake(SystemClock.Now);
                }

                if (!isReleasing && Volatile.Read(ref _stopping))
                {
                    isReleasing = true;
                    _mapper.Stop(SystemClock.Now);
                }

                _mapper.HandleTimeout(SystemClock.Now);
                CarryOut(buffer);
            }

            await WaitAsync().ConfigureAwait(false);
        }
    }

    private void FollowGateways()
    {
        if (Interlocked.Exchange(ref _gatewaysChanged, false))
        {
            IReadOnlyList<MappingGateway> gateways = GatewayFinder.Find(_interfaces.Network, _ownTun);
            _sockets.Follow(gateways);
            lock (_gate)
            {
                _mapper.HandleGateways(SystemClock.Now, gateways);
            }
        }
    }

    private void CarryOut(byte[] buffer)
    {
        while (_mapper.TryGetTransmit(buffer, out MapperTransmit transmit))
        {
            _sockets.Send(transmit, buffer.AsSpan(0, transmit.Length));
        }

        while (_mapper.TryGetHttpRequest(out MapperHttpRequest? request))
        {
            _ = AskAsync(request!);
        }

        if (_mapper.TryGetChange(out IReadOnlyList<MappedEndpoint> endpoints))
        {
            _onChange(endpoints);
        }
    }

    private async Task AskAsync(MapperHttpRequest request)
    {
        (int status, byte[] body) = await _http.SendAsync(request, _stop.Token).ConfigureAwait(false);
        Post(now => _mapper.HandleHttp(now, request.Id, status, body));
    }

    private async Task WaitAsync()
    {
        Instant next;
        lock (_gate)
        {
            next = _mapper.NextTimeout;
        }

        TimeSpan wait = next == Instant.Never ? WaitMax : next - SystemClock.Now;
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(wait < WaitMax ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : WaitMax);
        try
        {
            await _queue.Reader.WaitToReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The time is over, or the node stops.
        }
    }
}
