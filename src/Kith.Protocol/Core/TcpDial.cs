using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>What is known of our attempts to reach one node over TCP.</summary>
internal sealed class TcpDial
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(30);
    private int _failures;

    /// <summary>When the next attempt may begin.</summary>
    public Instant NextAttempt { get; private set; }

    /// <summary>Whether the shell is connecting.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>The open connection.</summary>
    public TcpLink? Link { get; private set; }

    /// <summary>Whether nothing stands in the way of an attempt.</summary>
    public bool IsDue(Instant now) => !IsUnderWay && Link is null && now >= NextAttempt;

    /// <summary>The shell was asked to connect.</summary>
    public void Begin() => IsUnderWay = true;

    /// <summary>It has.</summary>
    public void Open(TcpLink link)
    {
        IsUnderWay = false;
        Link = link;
    }

    /// <summary>It could not, or the connection ended. One that lasted is tried again at once, others after a wait that doubles.</summary>
    public void End(Instant now)
    {
        bool lasted = Link is { } link && now - link.Opened >= ProvenAfter;
        _failures = lasted ? 0 : _failures + 1;
        TimeSpan wait = lasted ? TimeSpan.Zero : FirstWait * (1 << Math.Min(_failures - 1, 8));
        NextAttempt = now + (wait < WaitMax ? wait : WaitMax);
        IsUnderWay = false;
        Link = null;
    }

    /// <summary>The network is another: what failed before may work now.</summary>
    public void Forgive(Instant now)
    {
        _failures = 0;
        NextAttempt = now;
    }
}
