using System.Diagnostics;
using Kith.Node.Control;
using Kith.Node.Telemetry;
using Kith.Protocol.Core;

namespace Kith.Node;

/// <content>What the node lets others watch.</content>
public sealed partial class KithNode
{
    private static readonly TimeSpan ReadingPatience = TimeSpan.FromSeconds(1);

    private readonly TrafficLedger _ledger = new();
    private readonly NodeMetrics _metrics;

    private async ValueTask<KithStream> WatchDialAsync(Func<ValueTask<KithStream>> dial, string device, int port, string? protocol)
    {
        long began = Stopwatch.GetTimestamp();
        using Activity? activity = KithTelemetry.Source.StartActivity("kith.dial", ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("server.address", device);
            activity.SetTag("server.port", port);
            activity.SetTag("kith.protocol", protocol);
        }

        try
        {
            KithStream stream = await dial().ConfigureAwait(false);
            _metrics.NoteDial(Stopwatch.GetElapsedTime(began), error: null);
            if (activity is { IsAllDataRequested: true })
            {
                KithTelemetry.Describe(activity, stream.Peer);
            }

            return stream;
        }
        catch (ControlException failure)
        {
            _metrics.NoteDial(Stopwatch.GetElapsedTime(began), failure.Error);
            Fail(activity, failure);
            throw;
        }
    }

    // Whoever collects metrics waits for the loop, never the other way round.
    private NodeReading? ReadMeasures()
    {
        try
        {
            Task<NodeReading> reading = _loop.RunAsync((core, now) => Measure(core, now.Monotonic));
            return reading.Wait(ReadingPatience) ? reading.Result : null;
        }
        catch (AggregateException)
        {
            // The node is stopping.
            return null;
        }
    }

    private NodeReading Measure(NodeCore core, Protocol.Wire.Instant now)
    {
        NodeMeasures measures = core.Measure();
        BookTraffic(measures);
        return new NodeReading(measures, _ledger.Totals, _fastPath.Report, _parts.Inbox.Dropped, core.Upkeep(now).Bytes);
    }

    private void BookTraffic(NodeMeasures measures) => _ledger.Update(measures.Peers, static peer => peer.Path is { } kind ? ToKind(kind) : PathKind.None);

    private static void Fail(Activity? activity, ControlException failure)
    {
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        activity?.SetTag("error.type", failure.Error.ToString());
    }
}
