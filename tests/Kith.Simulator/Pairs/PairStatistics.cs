using System.Globalization;
using Kith.Protocol.Core;
using Kith.Protocol.Paths;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Pairs;

/// <summary>What came of all pairs of all worlds, and whether anything exceeded its maximum.</summary>
internal sealed class PairStatistics
{
    /// <summary>The most sessions that one member may hold open in its translators: enough for one search with many sockets or many ports, and everything else.</summary>
    public const int SessionsPerMemberMax = 4096;

    private const int EnoughToJudge = 20;
    private const double ShareFoundMin = 0.7;

    private readonly List<double> _reached = [];
    private readonly List<double> _direct = [];
    private readonly List<double> _foreseen = [];
    private readonly List<double> _searched = [];
    private readonly SortedDictionary<string, int> _notDirect = new(StringComparer.Ordinal);
    private int _paths;
    private int _sockets;
    private int _sessions;
    private long _relayed;

    /// <summary>What to print.</summary>
    public IEnumerable<string> Lines => _reached.Count == 0
        ? []
        :
        [
            Say("random pairs that talk", _reached),
            Say("of them direct without a search", _direct),
            Say("of them direct through foreseen ports", _foreseen),
            Say("of them direct after a search among many ports", _searched),
            .. _notDirect.Select(entry => $"of them not direct in time: {entry.Value} times {entry.Key}"),
            string.Create(CultureInfo.InvariantCulture, $"random pairs: at most {_paths} paths to one peer, {_sockets} extra sockets, {_sessions} sessions in one translator; {_relayed} datagrams passed on, none twice"),
        ];

    /// <summary>A pair talks.</summary>
    public void NoteReached(Pair pair, TimeSpan after) => _reached.Add(after.TotalSeconds);

    /// <summary>A pair is direct.</summary>
    public void NoteDirect(Pair pair, TimeSpan after)
    {
        if (!pair.DirectNoted)
        {
            pair.DirectNoted = true;
            (pair.NeedsSearch ? _searched : pair.NeedsForesight ? _foreseen : _direct).Add(after.TotalSeconds);
        }
    }

    /// <summary>A pair is not direct that could be.</summary>
    public void NoteNotDirect(Pair pair)
    {
        string kinds = string.Join(" with ", new[] { pair.SiteA.ToString(), pair.SiteB.ToString() }.Order(StringComparer.Ordinal));
        _notDirect[kinds] = _notDirect.GetValueOrDefault(kinds) + 1;
    }

    /// <summary>Fails if too few of the direct paths are found that have to be foreseen or searched for; not before there are enough of them to say so.</summary>
    public void CheckShareFound()
    {
        int found = _foreseen.Count + _searched.Count;
        int all = found + _notDirect.Values.Sum();
        SimFailure.Unless(all < EnoughToJudge || found >= all * ShareFoundMin, $"only {found} of {all} direct paths were found that have to be foreseen or searched for");
    }

    /// <summary>Looks at the tables of a node.</summary>
    public void NoteMachine(SimMachine machine, SimNode node)
    {
        _relayed += node.RelayedCount;
        _sockets = Math.Max(_sockets, machine.ExtraSocketsPeak);
        foreach ((_, PathTable paths) in node.Core.PathTables)
        {
            _paths = Math.Max(_paths, paths.Paths.Count);
            SimFailure.Unless(paths.Paths.Count <= PathTable.PathsMax, $"{machine} has {paths.Paths.Count} paths to one peer");
        }
    }

    /// <summary>Looks at the table of a translator.</summary>
    public void NoteNat(SimNat nat)
    {
        _sessions = Math.Max(_sessions, nat.SessionsPeak);
        SimFailure.Unless(nat.SessionsPeak <= SessionsPerMemberMax, $"{nat} held {nat.SessionsPeak} sessions for one member");
    }

    private static string Say(string what, List<double> seconds)
    {
        if (seconds.Count == 0)
        {
            return $"{what}: none";
        }

        seconds.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {seconds.Count}, half within {seconds[seconds.Count / 2]:F1} s, nine in ten within {seconds[seconds.Count * 9 / 10]:F1} s, all within {seconds[^1]:F1} s");
    }
}
