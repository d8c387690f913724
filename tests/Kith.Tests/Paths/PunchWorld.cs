using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;
using Kith.Tests.Identity;

namespace Kith.Tests.Paths;

/// <summary>
/// Two sides, each behind a translator, that a relay carries calls and data between:
/// <code>
///   left 192.168.1.2 ── translator 203.0.113.1 ──┬── translator 203.0.113.2 ── right 10.0.0.2
///                                             relay 198.51.100.1
/// </code>
/// </summary>
internal sealed class PunchWorld
{
    private const int OpenerTtlMax = 4;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan RelayDelay = TimeSpan.FromMilliseconds(25);

    private readonly PriorityQueue<Action, (long At, long Order)> _arrivals = new();
    private readonly TestRandom _random;
    private readonly double _loss;
    private long _order;

    public PunchWorld(TinyNatKind left, TinyNatKind right, int seed = 1, double loss = 0)
    {
        _random = new TestRandom(seed);
        _loss = loss;
        Left = new PunchSide(true, "192.168.1.2:5484", new TinyNat(left, PathWorld.At("203.0.113.1:1").Address, _random), new TestRandom(seed + 1000));
        Right = new PunchSide(false, "10.0.0.2:5484", new TinyNat(right, PathWorld.At("203.0.113.2:1").Address, _random), new TestRandom(seed + 2000));
    }

    public PunchSide Left { get; }

    public PunchSide Right { get; }

    public Instant Now { get; private set; } = new(10_000_000_000);

    public Instant Begun { get; private set; }

    /// <summary>How much later than asked for the machines are woken.</summary>
    public TimeSpan Lateness { get; init; }

    public bool HasWitness { get; set; } = true;

    public bool IsDirect => Left.Paths.HasDirect && Right.Paths.HasDirect;

    /// <summary>Both sides see the relay, and so know how they are seen; then they have a session through it.</summary>
    public void Connect()
    {
        foreach (PunchSide side in Sides)
        {
            side.SeeRelay(Now);
        }

        Begun = Now;
        foreach (PunchSide side in Sides)
        {
            side.Paths.SetCandidates(Now, CandidateSource.Relay, [PunchSide.RelayPath]);
            side.Paths.HandleSessionUp(Now);
        }

        Pump();
    }

    /// <summary>Runs until both have a direct path, or the time is over.</summary>
    public bool RunUntilDirect(double seconds) => Run(seconds, () => IsDirect);

    public void Run(double seconds) => Run(seconds, static () => false);

    public bool Run(double seconds, Func<bool> condition)
    {
        Instant end = Now + TimeSpan.FromSeconds(seconds);
        int steps = 0;
        while (!condition())
        {
            Instant next = _arrivals.TryPeek(out _, out (long At, long Order) head) ? new Instant(head.At) : Instant.Never;
            foreach (PunchSide side in Sides)
            {
                next = Instant.Min(next, Instant.Min(side.Paths.NextTimeout, side.Puncher.NextTimeout) + Lateness);
            }

            if (next > end)
            {
                Now = end;
                return condition();
            }

            Assert.True(++steps < 500_000, "The machines spin.");
            Now = Instant.Max(Now, next);
            if (_arrivals.TryPeek(out _, out head) && head.At <= Now.Ticks)
            {
                _arrivals.Dequeue()();
            }

            foreach (PunchSide side in Sides)
            {
                if (Instant.Min(side.Paths.NextTimeout, side.Puncher.NextTimeout) + Lateness <= Now)
                {
                    side.Paths.HandleTimeout(Now);
                    side.Puncher.HandleTimeout(Now);
                }
            }

            Pump();
        }

        return true;
    }

    private PunchSide[] Sides => [Left, Right];

    private void Pump()
    {
        foreach (PunchSide side in Sides)
        {
            PunchSide other = side == Left ? Right : Left;
            side.Puncher.HandlePaths(Now);
            while (side.Paths.TryGetEvent(out _))
            {
                // Only the state counts here.
            }

            while (side.Paths.TryGetProbe(out PathProbe probe))
            {
                side.Pings.Add((Now, probe));
                Send(side, other, probe.Endpoint, probe.Ttl, source => other.HandlePing(this, source, probe.Id));
            }

            while (side.Puncher.TryGetCall(out CallMe? call, out InternetEndpoint to))
            {
                byte[] frame = new byte[CallMe.BytesMax];
                int length = call!.Encode(frame);
                side.Calls.Add((Now, call));
                Send(side, other, to, 0, source =>
                {
                    Assert.True(CallMe.TryDecode(frame.AsSpan(0, length), out CallMe? read));
                    other.Puncher.HandleCall(Now, read, source);
                });
            }

            if (side.Puncher.TryTakeWitnessWish())
            {
                side.WitnessWishes++;
                if (HasWitness)
                {
                    At(RelayDelay * 2, () => side.Puncher.HandleWitness(Now, new InternetEndpoint(other.Nat.Outside, 1)));
                }
            }

            while (side.Budget.TryGetClosed(out uint socket))
            {
                side.Closed.Add(socket);
            }
        }
    }

    public void Send(PunchSide from, PunchSide to, InternetEndpoint endpoint, byte ttl, Action<InternetEndpoint> arrive)
    {
        bool isLost = _random.NextBelow(1_000_000) < _loss * 1_000_000;
        if (PathAddress.IsSpecial(endpoint))
        {
            if (!isLost)
            {
                At(RelayDelay, () =>
                {
                    to.Paths.HandlePacketFrom(Now, PunchSide.RelayPath);
                    arrive(PunchSide.RelayPath);
                });
            }

            return;
        }

        InternetEndpoint source = from.Nat.Translate(endpoint.Scope, endpoint);
        from.TellSelf(Now);
        if (isLost || endpoint.Address != to.Nat.Outside || (ttl is > 0 and <= OpenerTtlMax))
        {
            return;
        }

        At(Delay, () =>
        {
            if (to.Nat.Admit(endpoint.Port, source) is { } socket)
            {
                InternetEndpoint seen = source with { Scope = socket };
                to.Paths.HandlePacketFrom(Now, seen);
                arrive(seen);
            }
        });
    }

    private void At(TimeSpan delay, Action action) => _arrivals.Enqueue(action, ((Now + delay).Ticks, _order++));
}
