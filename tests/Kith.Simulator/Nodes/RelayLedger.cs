using System.Globalization;
using Kith.Protocol.Relay;
using Kith.Simulator.Net;

namespace Kith.Simulator.Nodes;

/// <summary>
/// What all nodes sent through others and passed on, to see that nothing goes round in circles: nobody passes a datagram on more often than its sender sent it. Mostly that is once;
/// where no way is known yet, the same bytes go several ways.
/// </summary>
internal sealed class RelayLedger
{
    private const int KeyBytes = 64;
    private const int KeptMax = 16_384;

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<string> _order = new();

    /// <summary>Is shown what is sealed for the other end, as it is sent through others.</summary>
    public RelayWatch? Watch { get; set; }

    /// <summary>A node sent a datagram through another one.</summary>
    public void NoteSent(SimMachine machine, in RelayFrame relay)
    {
        Find(relay).Copies++;
        Watch?.Invoke(machine, relay);
    }

    /// <summary>A node passed a datagram on; fails if it did so too often.</summary>
    public void NotePassedOn(SimMachine machine, TimeSpan now, in RelayFrame relay)
    {
        Entry entry = Find(relay);
        entry.PassedOn.Add((machine, now, relay.HopsLeft));
        int times = entry.PassedOn.Count(passed => passed.Machine == machine);

        // What was sent before the oldest that is kept is not known to have been sent.
        if (times > entry.Copies && entry.Copies > 0)
        {
            string history = string.Join(", ", entry.PassedOn.Select(passed => string.Create(CultureInfo.InvariantCulture, $"{passed.Machine} at {passed.At.TotalMilliseconds} ms with {passed.HopsLeft} left")));
            throw new SimFailure($"{machine} passed one datagram of {relay.Datagram.Length} bytes on {times} times, which was sent {entry.Copies} times: {history}");
        }
    }

    private Entry Find(in RelayFrame relay)
    {
        string key = Convert.ToBase64String(relay.Datagram.Length > KeyBytes ? relay.Datagram[..KeyBytes] : relay.Datagram);
        if (!_entries.TryGetValue(key, out Entry? entry))
        {
            _entries[key] = entry = new Entry();
            _order.Enqueue(key);
            if (_order.Count > KeptMax)
            {
                _entries.Remove(_order.Dequeue());
            }
        }

        return entry;
    }

    private sealed class Entry
    {
        public int Copies { get; set; }

        public List<(SimMachine Machine, TimeSpan At, byte HopsLeft)> PassedOn { get; } = [];
    }
}
