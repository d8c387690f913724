using System.Runtime.InteropServices;

namespace Kith.Cli.Daemon;

/// <summary>
/// Turns the first SIGINT, SIGTERM or SIGHUP into a cancelled token, so that what runs can end in order. A second SIGINT or SIGTERM ends
/// the process at once, as it would have without this. Construct, use, dispose: from any thread.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private string? _received;

    /// <summary>Starts to listen.</summary>
    public StopSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The name of the first signal, or null.</summary>
    public string? Received => Volatile.Read(ref _received);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        bool isFirst = Interlocked.CompareExchange(ref _received, context.Signal.ToString(), null) is null;
        context.Cancel = isFirst || context.Signal == PosixSignal.SIGHUP;
        if (isFirst)
        {
            // Cancelling runs continuations; not on the thread that the runtime lends for signals.
            _ = _source.CancelAsync();
        }
    }
}
