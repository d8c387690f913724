using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Kith.Library.Harness;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Library;

public class TelemetryTests(NodePair pair) : IClassFixture<NodePair>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_meter_shows_members_paths_bytes_and_streams()
    {
        using MeterListener listener = new();
        ConcurrentDictionary<string, double> seen = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == KithTelemetry.MeterName && instrument.Meter.Tags!.Single().Value is string node && node == pair.Laptop.Id.ToString())
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[Name(instrument, tags)] = value);
        listener.Start();
        await using KithListener server = pair.Nas.Listen(100);
        await using KithStream stream = await pair.Laptop.DialAsync("nas", 100, Cancellation);
        await Assert.ThrowsAsync<ControlException>(() => pair.Laptop.DialAsync("printer", 100, Cancellation).AsTask());
        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["kith.network.members home online"]);
        Assert.Equal(0, seen["kith.network.members home offline"]);
        Assert.True(seen["kith.handshakes"] >= 1);
        Assert.True(seen["kith.stream.active"] >= 1);
        Assert.True(seen["kith.stream.opened dialed"] >= 1);
        Assert.True(seen.Where(value => value.Key.StartsWith("kith.network.io", StringComparison.Ordinal)).Sum(value => value.Value) > 1000);
        Assert.Equal(1, seen.Where(value => value.Key.StartsWith("kith.member.paths", StringComparison.Ordinal)).Sum(value => value.Value));
        Assert.True(seen["kith.dial.duration"] > 0);
        Assert.True(seen["kith.dial.duration unknown_device"] > 0);
        Assert.Contains("kith.relay.io", seen.Keys);
        Assert.Contains("kith.dht.contacts ipv4", seen.Keys);
        Assert.Contains("kith.packet.dropped core_busy", seen.Keys);
        Assert.True(seen["kith.upkeep.io"] > 0);
        Assert.Contains("kith.stream.memory", seen.Keys);
    }

    [Fact]
    public async Task dialling_accepting_and_joining_are_spans()
    {
        ConcurrentQueue<Activity> spans = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == KithTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using KithListener server = await pair.Nas.ListenAsync("test/spans", Cancellation);
        await using KithStream dialled = await pair.Laptop.DialAsync("nas.home", "test/spans", Cancellation);
        await using KithStream accepted = await server.AcceptAsync(Cancellation);
        await Assert.ThrowsAsync<ControlException>(() => pair.Laptop.JoinAsync("kith1nonsense", Cancellation));

        Activity dial = spans.Single(span => span.OperationName == "kith.dial");
        Assert.Equal(("nas.home", "test/spans", "nas"), (dial.GetTagItem("server.address"), dial.GetTagItem("kith.protocol"), dial.GetTagItem("kith.peer.name")));
        Activity accept = spans.Single(span => span.OperationName == "kith.accept");
        Assert.Equal((ActivityKind.Server, pair.Laptop.Id.ToString()), (accept.Kind, accept.GetTagItem("kith.peer.id")));
        Activity join = spans.Single(span => span.OperationName == "kith.join");
        Assert.Equal(ActivityStatusCode.Error, join.Status);
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        List<string?> parts = [instrument.Name];
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            parts.Add(tag.Value?.ToString());
        }

        return string.Join(' ', parts);
    }
}
