using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>
/// What happens on the ways between machines beside what their lines do anyway. Each way, in each direction, is drawn when it is first used, so that some are good and some
/// are bad; where translators hide whereto, one for all. Chance comes from the simulation's seed.
/// </summary>
/// <param name="simulation">The world.</param>
/// <param name="random">Chance.</param>
/// <param name="draw">Draws the conditions of a way.</param>
internal sealed class SimWeather(Simulation simulation, SeededRandom random, Func<SeededRandom, LinkConditions> draw)
{
    private static readonly LinkConditions s_fair = new() { Delay = TimeSpan.Zero, Jitter = TimeSpan.Zero, MtuBytes = int.MaxValue, PassesFragments = true };

    private readonly Dictionary<(SimMachine From, SimMachine? To), LinkConditions> _ways = [];
    private readonly Dictionary<(SimMachine From, SimMachine? To), Instant> _clogs = [];

    /// <summary>Conditions that change nothing.</summary>
    public static LinkConditions Fair => s_fair;

    /// <summary>The conditions between two.</summary>
    public LinkConditions Between(SimMachine from, SimMachine? to)
    {
        if (!_ways.TryGetValue((from, to), out LinkConditions? way))
        {
            _ways[(from, to)] = way = draw(random);
        }

        return way;
    }

    /// <summary>For how long the way between two holds everything back.</summary>
    public TimeSpan HeldFor(SimMachine from, SimMachine? to) =>
        _clogs.TryGetValue((from, to), out Instant until) && until > simulation.Clock.Now ? until - simulation.Clock.Now : TimeSpan.Zero;

    /// <summary>A way holds everything for a while and then lets go of all of it.</summary>
    public void Clog(SimMachine from, SimMachine? to, TimeSpan length) => _clogs[(from, to)] = simulation.Clock.Now + length;

    /// <summary>All ways become other ones.</summary>
    public void Change() => _ways.Clear();
}
