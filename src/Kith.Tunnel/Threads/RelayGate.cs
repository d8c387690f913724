using Kith.Protocol.Tunnel;

namespace Kith.Tunnel.Threads;

/// <summary>
/// Judges relay frames: who may send what through this node, and where it goes. The same rules as the core's. Remembers the last judgement, because frames
/// of one flow follow each other. Belongs to one thread.
/// </summary>
internal sealed class RelayGate
{
    private RelayTable? _table;
    private PeerLink? _from;
    private ulong _destination;
    private ulong _source;
    private RelayVerdict _verdict;
    private byte _distance;

    /// <summary>After <see cref="Judge"/>, unless it refused: who sealed what the frame carries.</summary>
    public PeerLink? Origin { get; private set; }

    /// <summary>After <see cref="Judge"/> said to pass it on: the next hop.</summary>
    public PeerLink? Next { get; private set; }

    /// <summary>After <see cref="Judge"/> said to pass it on: how often it may still be passed on behind this node, no more than our own route needs.</summary>
    public byte HopsAfter => (byte)(_distance - 1);

    /// <summary>Judges a frame by its header and the neighbour it came from.</summary>
    public RelayVerdict Judge(RelayTable table, PeerLink from, byte hopsLeft, ulong destination, ulong source)
    {
        if (!ReferenceEquals(table, _table) || !ReferenceEquals(from, _from) || destination != _destination || source != _source)
        {
            _table = table;
            _from = from;
            _destination = destination;
            _source = source;
            Origin = null;
            Next = null;
            _distance = 0;
            _verdict = JudgeAnew(table, from, destination, source);
        }

        return _verdict == RelayVerdict.PassOn && _distance > hopsLeft ? RelayVerdict.Refuse : _verdict;
    }

    private RelayVerdict JudgeAnew(RelayTable table, PeerLink from, ulong destination, ulong source)
    {
        if (!table.Members.TryGetValue(source, out RelayMember? origin) || !table.ByLink.TryGetValue(from.Id, out RelayMember? carrier))
        {
            return RelayVerdict.Refuse;
        }

        Origin = origin.Link;
        uint networks = origin.Networks & carrier.Networks;
        if (destination == table.Self)
        {
            return networks != 0 && !ReferenceEquals(origin.Link, from) ? RelayVerdict.Open : RelayVerdict.Refuse;
        }

        if (!table.Forwards || !table.Members.TryGetValue(destination, out RelayMember? target) || ReferenceEquals(target.Link, from)
            || destination == source || (networks & target.Networks & target.NextNetworks) == 0 || target.Next is not { } next)
        {
            return RelayVerdict.Refuse;
        }

        if (ReferenceEquals(next, from) || ReferenceEquals(next, origin.Link))
        {
            return target.HasDetour && ReferenceEquals(from, origin.Link) ? RelayVerdict.GiveToCore : RelayVerdict.Refuse;
        }

        Next = next;
        _distance = Math.Max(target.Distance, (byte)1);
        return RelayVerdict.PassOn;
    }
}
