using System.Runtime.CompilerServices;
using System.Text.Json;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon.Logging;
using Kith.Cli.Output;
using Kith.Node.Control;
using Microsoft.Extensions.Logging;

namespace Kith.Cli.Daemon;

/// <summary>The life of a node in this process: start it, answer commands, show what there is to see, stop it and leave nothing behind.</summary>
internal sealed class NodeDaemon
{
    private readonly CommandServices _services;
    private readonly NodeStartOptions _options;
    private readonly UpManner _manner;
    private readonly TaskCompletionSource<string> _stopRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Prepares a node.</summary>
    public NodeDaemon(CommandServices services, NodeStartOptions options, UpManner manner)
    {
        _services = services;
        _options = options;
        _manner = manner;
    }

    /// <summary>Runs until a signal or `kith down` ends it, and returns the exit code.</summary>
    /// <exception cref="ControlException">The node cannot start, or it stopped by itself.</exception>
    public async Task<int> RunAsync()
    {
        SecretText.HideArgument(_options.Join);
        Posix.ForbidDumps(_services.ReadEnvironment("KITH_DUMP"));
        using StopSignals signals = new();
        RecentLines recent = new();
        using LogFile? file = _manner == UpManner.Background ? Background.OpenLog(_options.StateDirectory) : null;
        ILineSink sink = _manner switch
        {
            UpManner.Live => recent,
            UpManner.Background => file!,
            UpManner.Json => new WriterSink(_services.Terminal.Error),
            _ => new WriterSink(_services.Terminal.Output),
        };
        using LineLoggerFactory loggers = new(sink, LineLoggerFactory.LevelOf(_services.ReadEnvironment("KITH_LOG")), _services.Clock);
        ILogger logger = loggers.CreateLogger("Kith.Cli");

        INodeControl node;
        try
        {
            node = await _services.Host.StartAsync(_options, loggers, signals.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.Received is not null)
        {
            return ExitCodes.Interrupted;
        }
        finally
        {
            if (_options.Join is { } invite)
            {
                SecretText.Wipe(invite);
                SecretText.Squeeze();
            }
        }

        await using (node.ConfigureAwait(false))
        {
            try
            {
                await ServeAsync(node, logger, recent, file, signals).ConfigureAwait(false);
            }
            finally
            {
                _stopped.TrySetResult();
            }
        }

        return ExitCodes.Done;
    }

    private async Task ServeAsync(INodeControl node, ILogger logger, RecentLines recent, LogFile? file, StopSignals signals)
    {
        if (file is not null)
        {
            Background.LeaveStarter(file);
        }

        DaemonServices services = await DaemonServices.StartAsync(node, _options.StateDirectory, logger, signals.Token).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable servicesEnd = services.ConfigureAwait(false);
        ControlServer server = await ControlServer
            .StartAsync(_options.StateDirectory, node, StopOnCommandAsync, logger, signals.Token, services).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            CliLog.Up(logger, KithVersion.Text, Environment.ProcessId);
            SystemdNotify.Ready();
            await GreetAsync(node, signals.Token).ConfigureAwait(false);
            using CancellationTokenSource viewEnd = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
            Task view = _manner == UpManner.Live
                ? LiveView.RunAsync(_services, node, recent, _options.StateDirectory, viewEnd.Token)
                : Task.CompletedTask;
            string reason = await WaitForEndAsync(node, logger, signals.Token).ConfigureAwait(false);
            await viewEnd.CancelAsync().ConfigureAwait(false);
            await view.ConfigureAwait(false);
            CliLog.Stopping(logger, signals.Received ?? reason);
            SystemdNotify.Stopping();

            // The name of the socket goes first: once the node gives the state directory free, it may be another node's.
            server.Hide();
            await node.StopAsync(CancellationToken.None).ConfigureAwait(false);
            await node.DisposeAsync().ConfigureAwait(false);
            CliLog.Stopped(logger);
            _stopped.TrySetResult();
            if (_manner == UpManner.Live)
            {
                _services.Terminal.WriteLine("Kith is down.");
            }
        }

        if (node.Completion.IsFaulted)
        {
            await node.Completion.ConfigureAwait(false);
        }
    }

    private async Task<string> WaitForEndAsync(INodeControl node, ILogger logger, CancellationToken signal)
    {
        Task signalled = Task.Delay(Timeout.Infinite, signal);
        Task first = await Task.WhenAny(signalled, _stopRequest.Task, node.Completion).ConfigureAwait(false);
        if (first == node.Completion && node.Completion.Exception is { } fault)
        {
            CliLog.Fault(logger, fault.InnerException ?? fault);
            return "a fault";
        }

        return first == _stopRequest.Task ? await _stopRequest.Task.ConfigureAwait(false) : "the end of the node";
    }

    private Task StopOnCommandAsync()
    {
        _stopRequest.TrySetResult("kith down");
        return _stopped.Task;
    }

    private async Task GreetAsync(INodeControl node, CancellationToken cancellationToken)
    {
        if (_manner is UpManner.Background or UpManner.Live)
        {
            return;
        }

        NodeStatus status = await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        if (_manner == UpManner.Json)
        {
            _services.Terminal.WriteLine(JsonSerializer.Serialize(status, ControlJson.Default.NodeStatus));
        }
        else
        {
            foreach (string line in StatusText.Welcome(status, _options.StateDirectory))
            {
                _services.Terminal.WriteLine(line);
            }
        }

        await _services.Terminal.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
