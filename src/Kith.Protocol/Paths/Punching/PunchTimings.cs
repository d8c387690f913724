namespace Kith.Protocol.Paths.Punching;

/// <summary>
/// The numbers of a <see cref="Puncher"/>. One spray succeeds with probability 1 − (1 − <see cref="SocketsMax"/> / 64,512)^<see cref="SprayPings"/> = 0.9990:
/// each ping meets one of 256 open mappings among the 64,512 ports from 1,024 up.
/// </summary>
public static class PunchTimings
{
    /// <summary>Extra sockets of one node, over all peers: together with the data socket the most mappings its translator holds for one round.</summary>
    public const int SocketsMax = 256;

    /// <summary>With fewer free sockets than this a birthday round is not begun: the spray at the other side would mostly be in vain.</summary>
    public const int SocketsMin = 128;

    /// <summary>Pings of one spray.</summary>
    public const int SprayPings = 1750;

    /// <summary>The lowest port that is sprayed at.</summary>
    public const int SprayPortMin = 1024;

    /// <summary>Pings in one <see cref="SprayTick"/>: 150 a second.</summary>
    public const int SprayPingsPerTick = 3;

    /// <summary>Ticks that a late machine makes up for at once: 30 pings.</summary>
    public const int TicksAtOnceMax = 10;

    /// <summary>Sockets that ping in one <see cref="SprayTick"/>: 250 a second.</summary>
    public const int SocketPingsPerTick = 5;

    /// <summary>Ports ahead of a stepping translator's newest one that are tried.</summary>
    public const int ForecastAhead = 32;

    /// <summary>Ports behind it, where a mapping of an earlier round may still live.</summary>
    public const int ForecastBehind = 8;

    /// <summary>Rounds begun in one minute, whatever changes meanwhile.</summary>
    public const int RoundsPerMinuteMax = 12;

    /// <summary>Calls and answers of one peer that are taken in one second.</summary>
    public const int CallsPerSecondMax = 16;

    /// <summary>Copies of a call until it is answered.</summary>
    public const int CallsMax = 4;

    /// <summary>From this round on, a stepping translator is taken for a random one: foretelling has failed.</summary>
    public const int GuessFromRound = 3;

    /// <summary>Pace of sprays and sockets.</summary>
    public static readonly TimeSpan SprayTick = TimeSpan.FromMilliseconds(20);

    /// <summary>Between copies of a call.</summary>
    public static readonly TimeSpan CallAgain = TimeSpan.FromMilliseconds(600);

    /// <summary>Between the beginnings of two rounds, also when something new is known.</summary>
    public static readonly TimeSpan RoundsApart = TimeSpan.FromSeconds(1);

    /// <summary>Until both sides start, where the round trip is not known; half of it otherwise.</summary>
    public static readonly TimeSpan StartDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait for the start.</summary>
    public static readonly TimeSpan StartDelayMax = TimeSpan.FromMilliseconds(600);

    /// <summary>A call that comes this soon after our own start belongs to the same round: both sides called at once.</summary>
    public static readonly TimeSpan SameRound = TimeSpan.FromSeconds(1);

    /// <summary>Plain probing goes on alone for this long before sockets are opened and ports sprayed.</summary>
    public static readonly TimeSpan BirthdayAfter = TimeSpan.FromMilliseconds(1500);

    /// <summary>A round without a birthday ends after this: a burst with its openers.</summary>
    public static readonly TimeSpan PlainLength = TimeSpan.FromMilliseconds(3600);

    /// <summary>The birthday part of a round: 1,750 pings take 11.7 s, the rest is for what is under way.</summary>
    public static readonly TimeSpan BirthdayLength = TimeSpan.FromSeconds(15);

    /// <summary>Where both sides take turns, the length of each: 1,200 pings, which succeed with probability 0.991.</summary>
    public static readonly TimeSpan TurnLength = TimeSpan.FromSeconds(8);

    /// <summary>Sockets ping again after this; between the first time, which dies on the way, and the second, which may arrive.</summary>
    public static readonly TimeSpan SocketsAgain = TimeSpan.FromSeconds(5);

    /// <summary>A spray waits this long for a witness.</summary>
    public static readonly TimeSpan WitnessWait = TimeSpan.FromSeconds(3);

    /// <summary>Between questions for a witness while a spray waits for one.</summary>
    public static readonly TimeSpan WitnessAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a proof of address holds.</summary>
    public static readonly TimeSpan ProofValidity = TimeSpan.FromMinutes(5);

    /// <summary>Forecast ports are tried at these times after the start; the first time with openers.</summary>
    public static readonly TimeSpan[] ForecastPasses = [TimeSpan.Zero, TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(700), TimeSpan.FromMilliseconds(1500)];

    /// <summary>Time to live of what shall only open our own translator: sprays from sockets and first forecasts.</summary>
    public const byte OpenerTtl = 4;

    /// <summary>How often extra sockets that no path needs any more are looked for.</summary>
    public static readonly TimeSpan SocketCheck = TimeSpan.FromSeconds(30);

    /// <summary>An extra socket that is not chosen and has heard nothing for this long is closed.</summary>
    public static readonly TimeSpan SocketSilence = TimeSpan.FromSeconds(60);

    /// <summary>While other peers have all sockets or the spray, it is looked again after this, and up to as much again at random.</summary>
    public static readonly TimeSpan BudgetAgain = TimeSpan.FromSeconds(3);

    /// <summary>Waits after failed rounds; the last one repeats.</summary>
    public static readonly TimeSpan[] BackOff =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>Waits after rounds that cannot be hoped to succeed.</summary>
    public static readonly TimeSpan[] HopelessBackOff = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)];
}
