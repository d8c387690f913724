using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Paths.Punching;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths;

/// <summary>One side of a <see cref="PunchWorld"/>.</summary>
internal sealed class PunchSide
{
    private static readonly InternetEndpoint Relay = PathWorld.At("198.51.100.1:5484");

    private readonly InternetEndpoint _inside;
    private InternetEndpoint _seen;

    public PunchSide(bool isFirst, string inside, TinyNat nat, RandomSource random)
    {
        _inside = PathWorld.At(inside);
        Nat = nat;
        Paths = new PathTable(random);
        Puncher = new Puncher(Paths, Budget, random, isFirst);
    }

    public static InternetEndpoint RelayPath { get; } = PathAddress.Relay(1, 2);

    public TinyNat Nat { get; }

    public PathTable Paths { get; }

    public PunchBudget Budget { get; } = new();

    public Puncher Puncher { get; }

    public List<(Instant At, PathProbe Probe)> Pings { get; } = [];

    public List<(Instant At, CallMe Call)> Calls { get; } = [];

    public List<uint> Closed { get; } = [];

    public int WitnessWishes { get; set; }

    /// <summary>What this side would say of its translator, if it knows.</summary>
    public bool KnowsItsNat { get; set; } = true;

    public int Sprayed(InternetAddress at) => Pings.Where(ping => ping.Probe.Endpoint.Address == at).Select(static ping => ping.Probe.Endpoint.Port).Distinct().Count();

    public void SeeRelay(Instant now)
    {
        _seen = Nat.Translate(0, Relay);
        TellSelf(now);
    }

    public void TellSelf(Instant now) => Puncher.HandleSelf(
        now,
        new PunchSelf(
            [new Candidate(CandidateKind.Observed, _seen), new Candidate(CandidateKind.Lan, _inside)],
            KnowsItsNat ? Nat.Report : new Protocol.Paths.Nat.NatReport { OutsideV4 = _seen }));

    public void HandlePing(PunchWorld world, InternetEndpoint source, ulong id)
    {
        PunchSide other = world.Left == this ? world.Right : world.Left;
        world.Send(this, other, source, 0, back => other.Paths.HandlePong(world.Now, back, id, PathAddress.IsSpecial(source) ? default : source with { Scope = 0 }));
    }
}
