using System.Globalization;

namespace Kith.Simulator.Swarm;

/// <summary>What came of all worlds. May be written to from several threads.</summary>
internal sealed class SwarmStatistics
{
    private readonly Lock _lock = new();
    private int _knownGaps;
    private readonly List<double> _healed = [];
    private readonly SortedDictionary<SwarmFault, int> _faults = [];
    private readonly SortedDictionary<SwarmShape, int> _shapes = [];
    private readonly SortedDictionary<string, long> _tables = new(StringComparer.Ordinal);
    private long _complete;
    private long _told;
    private long _bytes;
    private long _messages;
    private long _arrived;
    private long _packets;
    private long _acknowledged;

    /// <summary>What to print.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            if (_healed.Count == 0)
            {
                yield break;
            }

            _healed.Sort();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"swarm: {_healed.Count} worlds whole again within {_healed[^1]:F1} s of the last fault, half within {_healed[_healed.Count / 2]:F1} s (bar: 60 s)");
            yield return $"swarm: {_knownGaps} worlds ended at the known gap: a newcomer whom a member without room refused has stated its coming twice (bar: 0)";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"swarm: {_complete + _told} streams, {_bytes / 1e6:F1} MB: {_complete} complete, {_told} broken and told so, 0 with a wrong, missing or double byte (bar: 0)");
            yield return $"swarm: {_messages} datagrams of programs, {_arrived} arrived, 0 twice (bar: 0); {_packets} sealed packets, 0 counters used twice (bar: 0); {_acknowledged} commands acknowledged, 0 lost (bar: 0)";
            yield return $"swarm: worlds by shape: {string.Join(", ", _shapes.Select(entry => $"{entry.Key} {entry.Value}"))}; by fault: {string.Join(", ", _faults.Select(entry => $"{entry.Key} {entry.Value}"))}";
            yield return $"swarm: largest tables: {string.Join(", ", _tables.Where(entry => entry.Value > 0).Select(entry => $"{entry.Value} {entry.Key}"))}";
        }
    }

    /// <summary>A world came through.</summary>
    public void NoteWorld(SwarmPlan plan, SwarmMix mix, TimeSpan healed)
    {
        lock (_lock)
        {
            _healed.Add(healed.TotalSeconds);
            _shapes[plan.Shape] = _shapes.GetValueOrDefault(plan.Shape) + 1;
            foreach (SwarmFault fault in mix.Active)
            {
                _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
            }
        }
    }

    /// <summary>What was sent in a world.</summary>
    public void NoteTraffic(SwarmStreams streams, SwarmMessages messages, SwarmWire wire, SwarmUsers users)
    {
        lock (_lock)
        {
            foreach (SwarmStream stream in streams.All)
            {
                bool isComplete = stream.ClientFate == SwarmStreamFate.Complete;
                _complete += isComplete ? 1 : 0;
                _told += isComplete ? 0 : 1;
                _bytes += isComplete ? stream.Length : 0;
            }

            _messages += messages.Sent;
            _arrived += messages.Arrived;
            _packets += wire.Looked;
            _acknowledged += users.Acknowledged;
        }
    }

    /// <summary>A table had so many entries.</summary>
    public void NoteTable(string table, long count)
    {
        lock (_lock)
        {
            _tables[table] = Math.Max(count, _tables.GetValueOrDefault(table));
        }
    }

    /// <summary>Counts a world that came to a gap that is known.</summary>
    public void CountKnownGap() => Interlocked.Increment(ref _knownGaps);
}
