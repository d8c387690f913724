using System.Collections.Concurrent;
using Kith.Apps.Copying;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Piping;

/// <summary>
/// Finds the other end of a pipe among the members: listens for it and calls everybody who is online, and those who come. Later ones are told that the pipe is taken, until
/// this is disposed.
/// </summary>
internal sealed class PipeFinder : IAsyncDisposable
{
    /// <summary>Devices called at once.</summary>
    public const int CalledAtOnceMax = 16;

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CallAgainAfterFailure = TimeSpan.FromSeconds(4);

    private readonly INodeControl _node;
    private readonly IKithTransport _transport;
    private readonly string _theirProtocol;
    private readonly string? _onlyDevice;
    private readonly KithListener _listener;
    private readonly PipeMeeting _meeting;
    private readonly SemaphoreSlim _places = new(CalledAtOnceMax);
    private readonly ConcurrentDictionary<string, DateTime> _nextCalls = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<KithStream> _met = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PipeFinder(INodeControl node, IKithTransport transport, KithListener listener, string theirProtocol, string? onlyDevice, PipeMeeting meeting)
    {
        _node = node;
        _transport = transport;
        _listener = listener;
        _theirProtocol = theirProtocol;
        _onlyDevice = onlyDevice;
        _meeting = meeting;
    }

    /// <summary>Begins to look.</summary>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.UnknownDevice"/>, or <see cref="ControlError.PortInUse"/>: a pipe of that name waits on this device already.
    /// </exception>
    public static async Task<PipeFinder> StartAsync(INodeControl node, IKithTransport transport, PipeOptions options, CancellationToken cancellationToken)
    {
        NodeStatus status = await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        string self = status.Node.Id;
        string? device = options.Device is null ? null : DeviceLookup.Find(status.Networks, options.Device).Member.Id;
        if (device == self)
        {
            throw new ControlException(ControlError.UnknownDevice, $"{options.Device} is this device itself.", "A pipe leads to another one: kith members");
        }

        string ours = options.Name is { } name ? PipeName.ToProtocol(name) : PipeName.ToProtocolFor(device!);
        string theirs = options.Name is null ? PipeName.ToProtocolFor(self) : ours;
        try
        {
            KithListener listener = await transport.ListenAsync(ours, cancellationToken).ConfigureAwait(false);
            PipeFinder finder = new(node, transport, listener, theirs, device, new PipeMeeting(self, PipeName.ToKey(options.Name ?? string.Empty)));
            _ = finder.ListenAsync();
            _ = finder.LookAsync();
            return finder;
        }
        catch (ControlException taken) when (taken.Error == ControlError.PortInUse)
        {
            throw new ControlException(ControlError.PortInUse, "This device has an end of that pipe already.", "The other end is for another device; a second pipe wants another name.", taken);
        }
    }

    /// <summary>Waits for the other end.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.PipeTaken"/>, or the node stopped.</exception>
    public Task<KithStream> MeetAsync(CancellationToken cancellationToken) => _met.Task.WaitAsync(cancellationToken);

    /// <summary>Looks and listens no more; the pipe that was found lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (KithStream stream in _listener.AcceptAllAsync(_stop.Token).ConfigureAwait(false))
            {
                _ = MeetOnAsync(stream, isCalling: false);
            }
        }
        catch (ControlException failure)
        {
            _met.TrySetException(failure);
        }
        catch (OperationCanceledException)
        {
            // Not wanted any more.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            while (!_met.Task.IsCompleted)
            {
                IReadOnlyList<NetworkStatus> networks = await _node.GetMembersAsync(null, _stop.Token).ConfigureAwait(false);
                HashSet<string> online = [.. networks.SelectMany(static network => network.Members)
                    .Where(member => member.Online && member.Path.Kind != PathKind.Self && (_onlyDevice is null || member.Id == _onlyDevice))
                    .Select(static member => member.Id)];
                foreach (string gone in _nextCalls.Keys.Where(device => !online.Contains(device)))
                {
                    _nextCalls.TryRemove(gone, out _);
                }

                foreach (string device in online.Where(device => !_nextCalls.TryGetValue(device, out DateTime next) || next <= DateTime.UtcNow))
                {
                    _nextCalls[device] = DateTime.UtcNow + CallAgain;
                    _ = CallAsync(device);
                }

                await Task.WhenAny(_met.Task, Task.Delay(LookPause, _stop.Token)).ConfigureAwait(false);
            }
        }
        catch (ControlException failure)
        {
            _met.TrySetException(failure);
        }
        catch (OperationCanceledException)
        {
            // Not wanted any more.
        }
    }

    private async Task CallAsync(string device)
    {
        try
        {
            await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                if (!_met.Task.IsCompleted)
                {
                    await MeetOnAsync(await _transport.DialAsync(device, _theirProtocol, _stop.Token).ConfigureAwait(false), isCalling: true).ConfigureAwait(false);
                }
            }
            finally
            {
                _places.Release();
            }
        }
        catch (ControlException failure)
        {
            if (failure.Error == ControlError.NodeNotRunning)
            {
                _met.TrySetException(failure);
            }
            else if (failure.Error != ControlError.PortRefused)
            {
                _nextCalls[device] = DateTime.UtcNow + CallAgainAfterFailure;
            }
        }
        catch (OperationCanceledException)
        {
            // Not wanted any more.
        }
    }

    private async Task MeetOnAsync(KithStream stream, bool isCalling)
    {
        string other = stream.Peer.Id.ToString();
        PipeMeetingResult result = PipeMeetingResult.Nothing;
        KithEnd end = new(stream);
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(PipeMeeting.Patience);
            if (_onlyDevice is not null && other != _onlyDevice)
            {
                await PipeMeeting.RefuseAsync(end, patience.Token).ConfigureAwait(false);
            }
            else
            {
                result = isCalling
                    ? await _meeting.CallAsync(end, other, patience.Token).ConfigureAwait(false)
                    : await _meeting.AnswerAsync(end, other, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _nextCalls[other] = DateTime.UtcNow + CallAgainAfterFailure;
        }

        if (result == PipeMeetingResult.Met && _met.TrySetResult(stream))
        {
            return;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        if (result == PipeMeetingResult.Taken && isCalling)
        {
            _met.TrySetException(new ControlException(
                ControlError.PipeTaken,
                $"That pipe has its two ends already: {stream.Peer.Name} is one of them.",
                "Choose another name; kith pipe without one makes one up."));
        }
        else if (result == PipeMeetingResult.Knocked)
        {
            _ = CallAsync(other);
        }
    }
}
