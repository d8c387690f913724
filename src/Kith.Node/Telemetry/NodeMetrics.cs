using System.Diagnostics;
using System.Diagnostics.Metrics;
using Kith.Node.Control;
using Kith.Tunnel;

namespace Kith.Node.Telemetry;

/// <summary>
/// A node's meter. Almost all instruments are read only while somebody listens, and then from counters that are kept anyway. Thread-safe.
/// </summary>
internal sealed class NodeMetrics : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(250);

    private readonly Meter _meter;
    private readonly Func<NodeReading?> _read;
    private readonly Func<IReadOnlyList<KithNetwork>> _networks;
    private readonly Histogram<double> _dials;
    private readonly Lock _lock = new();
    private NodeReading? _reading;
    private long _readAt;
    private long _dialed;
    private long _accepted;

    /// <summary>Makes the meter.</summary>
    /// <param name="node">The node's id, on every measurement.</param>
    /// <param name="networks">The networks as last seen.</param>
    /// <param name="read">Reads all counters; null if the node does not answer any more.</param>
    public NodeMetrics(string node, Func<IReadOnlyList<KithNetwork>> networks, Func<NodeReading?> read)
    {
        _networks = networks;
        _read = read;
        _meter = new Meter(new MeterOptions(KithTelemetry.MeterName) { Version = KithVersion.Text, Tags = [new("kith.node.id", node)] });
        _dials = _meter.CreateHistogram<double>("kith.dial.duration", "s", "How long it took to open a stream, or to fail to.");
        _meter.CreateObservableUpDownCounter("kith.network.members", Members, "{member}", "Members of each network besides this node.");
        _meter.CreateObservableUpDownCounter("kith.member.paths", Paths, "{member}", "Members that can be reached, by the kind of path to them.");
        _meter.CreateObservableCounter("kith.network.io", Traffic, "By", "Bytes to and from members, tunnel headers included, by the kind of path.");
        _meter.CreateObservableCounter("kith.stream.opened", Opened, "{stream}", "Streams of applications that were opened.");
        Observe("kith.stream.active", "{stream}", "TCP connections of the user-space stack, the node's own among them.", static reading => reading.Core.Streams);
        Observe("kith.stream.memory", "By", "Memory that those connections hold for data.", static reading => reading.Core.StreamBytes);
        _meter.CreateObservableUpDownCounter("kith.dht.contacts", Contacts, "{node}", "Nodes of the DHT that are known.");
        Count("kith.handshakes", "{handshake}", "Handshakes completed with members.", static reading => reading.Core.Handshakes);
        Count("kith.relay.io", "By", "Bytes passed on for other members.", static reading => reading.Core.RelayedBytes);
        Observe("kith.upkeep.io", "By", "Bytes that the node sent by itself in the last hour.", static reading => reading.Upkeep);
        _meter.CreateObservableCounter("kith.packet.dropped", Drops, "{packet}", "Packets dropped, by the reason.");
    }

    /// <summary>A stream was opened by this node, or could not be.</summary>
    public void NoteDial(TimeSpan took, ControlError? error)
    {
        if (error is null)
        {
            Interlocked.Increment(ref _dialed);
            _dials.Record(took.TotalSeconds);
        }
        else
        {
            _dials.Record(took.TotalSeconds, new KeyValuePair<string, object?>("error.type", NameOf(error.Value)));
        }
    }

    /// <summary>A stream was opened to this node.</summary>
    public void NoteAccept() => Interlocked.Increment(ref _accepted);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Measurement<long> Of(long value, string key, string name) => new(value, new KeyValuePair<string, object?>(key, name));

    private static string NameOf<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private NodeReading? Read()
    {
        lock (_lock)
        {
            if (_reading is null || Stopwatch.GetElapsedTime(_readAt) > FreshFor)
            {
                _reading = _read() ?? _reading;
                _readAt = Stopwatch.GetTimestamp();
            }

            return _reading;
        }
    }

    private void Observe(string name, string unit, string description, Func<NodeReading, long> value) =>
        _meter.CreateObservableUpDownCounter(name, () => Values(value), unit, description);

    private void Count(string name, string unit, string description, Func<NodeReading, long> value) =>
        _meter.CreateObservableCounter(name, () => Values(value), unit, description);

    private Measurement<long>[] Values(Func<NodeReading, long> value) => Read() is { } reading ? [new Measurement<long>(value(reading))] : [];

    private IEnumerable<Measurement<long>> Members()
    {
        foreach (KithNetwork network in _networks())
        {
            int online = network.Members.Count(member => member.IsOnline && !member.IsSelf);
            yield return Member(network, "online", online);
            yield return Member(network, "offline", network.Members.Count - 1 - online);
        }
    }

    private static Measurement<long> Member(KithNetwork network, string state, int count) =>
        new(count, new KeyValuePair<string, object?>("kith.network.name", network.Name), new KeyValuePair<string, object?>("kith.member.state", state));

    private IEnumerable<Measurement<long>> Paths() => _networks()
        .SelectMany(network => network.Members)
        .Where(member => member.IsOnline && !member.IsSelf)
        .DistinctBy(member => member.Id)
        .GroupBy(member => member.Path.Kind)
        .Select(group => Of(group.Count(), "kith.path.kind", NameOf(group.Key)));

    private IEnumerable<Measurement<long>> Traffic()
    {
        foreach ((PathKind kind, (long sent, long received)) in Read()?.Traffic ?? new Dictionary<PathKind, (long, long)>())
        {
            KeyValuePair<string, object?> path = new("kith.path.kind", NameOf(kind));
            yield return new Measurement<long>(sent, path, new KeyValuePair<string, object?>("network.io.direction", "transmit"));
            yield return new Measurement<long>(received, path, new KeyValuePair<string, object?>("network.io.direction", "receive"));
        }
    }

    private Measurement<long>[] Opened() =>
    [
        Of(Interlocked.Read(ref _dialed), "kith.stream.direction", "dialed"),
        Of(Interlocked.Read(ref _accepted), "kith.stream.direction", "accepted"),
    ];

    private Measurement<long>[] Contacts() => Read() is { } reading
        ? [Of(reading.Core.DhtContacts.V4, "network.type", "ipv4"), Of(reading.Core.DhtContacts.V6, "network.type", "ipv6")]
        : [];

    private IEnumerable<Measurement<long>> Drops()
    {
        if (Read() is not { } reading)
        {
            yield break;
        }

        foreach ((FastPathDrop reason, long packets) in reading.FastPath.Drops)
        {
            yield return Of(packets, "kith.drop.reason", NameOf(reason));
        }

        yield return Of(reading.InboxDropped, "kith.drop.reason", "core_busy");
        yield return Of(reading.Core.Stack.Malformed, "kith.drop.reason", "stack_malformed");
        yield return Of(reading.Core.Stack.SynsDropped, "kith.drop.reason", "stack_backlog_full");
        yield return Of(reading.Core.Stack.DatagramsDropped, "kith.drop.reason", "stack_datagram_queue_full");
    }
}
