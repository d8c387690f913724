using System.Threading.Channels;
using Kith.Node.Names;
using Kith.Protocol.Core;
using Microsoft.Extensions.Logging;

namespace Kith.Node.Hosting;

/// <summary>
/// What the machine sees of the node: addresses on the TUN device, names. Brought up to date on a task of its own, because hooks into the
/// system's resolver may take their time and the core's loop must not wait; only the newest state counts.
/// </summary>
internal sealed class NodeOutside : IDisposable
{
    private readonly Channel<OutsideState> _states =
        Channel.CreateBounded<OutsideState>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Addressing _addressing;
    private readonly INameService _names;
    private readonly ILogger _logger;
    private readonly Task _worker;
    private long _posted;
    private long _applied;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the task. Owns what it is given.</summary>
    public NodeOutside(Addressing addressing, INameService names, ILogger logger)
    {
        _addressing = addressing;
        _names = names;
        _logger = logger;
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Takes a picture of the core's networks and has it applied. On the core's loop.</summary>
    public void Update(NodeCore core)
    {
        long number = Interlocked.Increment(ref _posted);
        _states.Writer.TryWrite(OutsideState.Of(core, number));
    }

    /// <summary>Completes when everything posted so far is applied.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        long wanted = Interlocked.Read(ref _posted);
        while (Interlocked.Read(ref _applied) < wanted)
        {
            Task progress = Volatile.Read(ref _progress).Task;
            if (Interlocked.Read(ref _applied) < wanted)
            {
                await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Undoes everything.</summary>
    public void Dispose()
    {
        _states.Writer.TryComplete();
        _worker.Wait();
        _names.Dispose();
        _addressing.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (OutsideState state in _states.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                _addressing.Apply(state.Addresses);
                _names.Update(state.Names);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
            {
                _logger.AddressingFailed(exception.Message);
            }

            Interlocked.Exchange(ref _applied, state.Number);
            Interlocked.Exchange(ref _progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }
}
