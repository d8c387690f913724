using System.Net;
using System.Net.Sockets;
using Kith.Apps.Copying;
using Kith.Apps.Local;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Forwarding;

/// <summary>Carries every connection to ports of this machine to devices of the network. A port listens from <see cref="Open"/> on.</summary>
public sealed class Forwarder : IDisposable
{
    /// <summary>The most rules of one forwarder.</summary>
    public const int RulesMax = 64;

    private readonly IKithTransport _transport;
    private readonly List<(ForwardRule Rule, LocalPort Port)> _open = [];
    private readonly ProblemReport _problems;

    /// <summary>Prepares; nothing listens yet.</summary>
    /// <param name="transport">Dials the devices.</param>
    /// <param name="report">Is told what goes wrong with single connections, each sentence once in a while.</param>
    public Forwarder(IKithTransport transport, Action<ControlException> report)
    {
        _transport = transport;
        _problems = new ProblemReport(report);
    }

    /// <summary>Opens a port.</summary>
    /// <param name="rule">The port, and where it leads.</param>
    /// <param name="addresses">Where it listens; empty for loopback of both families.</param>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.PortInUse"/>, <see cref="ControlError.NotPermitted"/>, <see cref="ControlError.LimitReached"/>, <see cref="ControlError.Usage"/>.
    /// </exception>
    public ForwardStatus Open(ForwardRule rule, IReadOnlyList<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(addresses);
        if (_open.Count == RulesMax)
        {
            throw new ControlException(ControlError.LimitReached, $"One kith forward takes {RulesMax} ports at most.", "Start a second one for the rest.");
        }

        LocalPort port = LocalPort.Open(addresses.Count == 0 ? LocalPort.Loopback : addresses, rule.LocalPort);
        _open.Add((rule, port));
        return new ForwardStatus([.. port.EndPoints.Select(static point => point.ToString())], port.Port, rule.Target.ToString());
    }

    /// <summary>Carries connections until it is called off.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_open.Select(open =>
        LocalServer.RunAsync(open.Port, (socket, stop) => CarryAsync(socket, open.Rule.Target, stop), cancellationToken)));

    /// <summary>Closes the ports.</summary>
    public void Dispose() => _open.ForEach(static open => open.Port.Dispose());

    private async Task CarryAsync(Socket socket, DeviceTarget target, CancellationToken cancellationToken)
    {
        SocketEnd near = new(socket);
        WatchedEnd far;
        try
        {
            far = await TargetDialer.DialWatchedAsync(_transport, target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            near.Abort();
            if (exception is ControlException problem)
            {
                _problems.Say(problem);
                return;
            }

            throw;
        }

        _problems.SayOf(await DuplexCopy.RunAsync(near, far, cancellationToken).ConfigureAwait(false), far, target);
    }
}
