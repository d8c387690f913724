using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Punching;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths;

/// <summary>Two sides behind translators, see <see cref="PunchWorld"/>.</summary>
public sealed class PuncherTests
{
    public static TheoryData<TinyNatKind, TinyNatKind> Pairs
    {
        get
        {
            TheoryData<TinyNatKind, TinyNatKind> pairs = [];
            foreach (TinyNatKind left in Enum.GetValues<TinyNatKind>())
            {
                foreach (TinyNatKind right in Enum.GetValues<TinyNatKind>())
                {
                    pairs.Add(left, right);
                }
            }

            return pairs;
        }
    }

    private static bool IsRandom(TinyNatKind kind) => kind is TinyNatKind.Symmetric;

    // Random meets random or stepping: no port of either side can be known to the other.
    private static bool IsHopeless(TinyNatKind left, TinyNatKind right) =>
        (IsRandom(left) && right is TinyNatKind.Symmetric or TinyNatKind.Stepping) || (IsRandom(right) && left is TinyNatKind.Stepping);

    private static bool NeedsBirthday(TinyNatKind left, TinyNatKind right) =>
        (IsRandom(left) && right == TinyNatKind.PortRestricted) || (IsRandom(right) && left == TinyNatKind.PortRestricted);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void every_pair_of_translators_ends_direct_but_where_both_are_random(TinyNatKind left, TinyNatKind right)
    {
        PunchWorld world = new(left, right);
        world.Connect();
        double limit = NeedsBirthday(left, right) ? 45 : 3;
        Assert.Equal(!IsHopeless(left, right), world.RunUntilDirect(limit));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void every_pair_ends_the_same_where_neither_side_knows_its_translator_unless_ports_must_be_foretold(TinyNatKind left, TinyNatKind right)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            PunchWorld world = new(left, right, seed);
            world.Left.KnowsItsNat = false;
            world.Right.KnowsItsNat = false;
            world.Connect();
            bool isHopeless = IsHopeless(left, right) || (left, right) == (TinyNatKind.Stepping, TinyNatKind.Stepping);
            Assert.True(!isHopeless == world.RunUntilDirect(45), $"seed {seed}");
        }
    }

    [Fact]
    public void birthday_succeeds_within_one_round_nearly_always_and_closes_all_sockets_but_the_one_that_met()
    {
        int early = 0;
        for (int seed = 1; seed <= 50; seed++)
        {
            PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.Symmetric, seed);
            world.Connect();
            early += world.RunUntilDirect(18) ? 1 : 0;
            Assert.True(world.RunUntilDirect(45), $"seed {seed}");
            world.Run(2);
            Instant settled = world.Now;
            // The data socket has a mapping towards the peer too, and now and then that is the one that is met.
            uint socket = world.Right.Paths.Current!.Value.Endpoint.Scope;
            Assert.True(socket == 0 || world.Right.Budget.IsTaken(socket));
            Assert.InRange(world.Right.Budget.SocketsTaken, 0, 8);
            Assert.InRange(world.Right.Closed.Count, PunchTimings.SocketsMax - 8, 2 * PunchTimings.SocketsMax);
            Assert.InRange(world.Left.Sprayed(world.Right.Nat.Outside), 1, (2 * PunchTimings.SprayPings) + 20);
            Assert.False(world.Left.Budget.IsSpraying);
            Assert.InRange(world.Right.Nat.Mappings, 2, (2 * PunchTimings.SocketsMax) + 40);
            Assert.Equal(PunchOutcome.Direct, world.Left.Puncher.Report.Outcome);
            Assert.Contains(world.Left.Paths.Paths, static path => path.Evidence.Trick == PathTrick.Birthday);

            // A path over an extra socket is kept as any other.
            world.Run(200);
            Assert.True(world.IsDirect);
            Assert.Equal(socket == 0 ? 0 : 1, world.Right.Budget.SocketsTaken);
            Assert.InRange(world.Left.Pings.Count(ping => ping.At >= settled), 1, 100);
        }

        Assert.InRange(early, 48, 50);
    }

    [Fact]
    public void spray_on_a_machine_that_is_always_late_keeps_its_pace_and_its_bursts_small()
    {
        PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.Symmetric) { Lateness = TimeSpan.FromMilliseconds(150) };
        world.Connect();
        Assert.True(world.Run(10, () => world.Left.Puncher.Report.Phase == PunchPhase.Birthday));
        Instant begun = world.Now;
        world.Run(1.4, () => world.IsDirect);
        int expected = (int)((world.Now - begun).TotalSeconds * 150);
        Assert.InRange(world.Left.Puncher.Report.PingsAtGuessedPorts, expected - 60, expected + 60);
        Assert.InRange(world.Left.Pings.Where(ping => ping.At >= begun).GroupBy(static ping => ping.At).Max(static burst => burst.Count()), 1, 60);
    }

    [Fact]
    public void nobody_is_sprayed_at_without_a_witness()
    {
        PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.Symmetric) { HasWitness = false };
        world.Connect();
        Assert.False(world.RunUntilDirect(600));
        Assert.InRange(world.Left.Sprayed(world.Right.Nat.Outside), 1, 20);
        Assert.True(world.Left.WitnessWishes > 0);
        Assert.Equal(0, world.Left.Puncher.Report.PingsAtGuessedPorts);
        Assert.Equal(PunchOutcome.AddressNotProven, world.Left.Puncher.Report.Outcome);
    }

    [Fact]
    public void witness_that_was_not_asked_for_or_names_another_address_proves_nothing()
    {
        PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.Symmetric) { HasWitness = false };
        world.Connect();
        world.Left.Puncher.HandleWitness(world.Now, new InternetEndpoint(world.Right.Nat.Outside, 1));
        world.Run(600, () =>
        {
            world.Left.Puncher.HandleWitness(world.Now, PathWorld.At("203.0.113.99:1"));
            return false;
        });
        Assert.Equal(0, world.Left.Puncher.Report.PingsAtGuessedPorts);
        Assert.False(world.IsDirect);
    }

    [Fact]
    public void two_random_translators_stay_on_the_relay_and_try_rarely()
    {
        PunchWorld world = new(TinyNatKind.Symmetric, TinyNatKind.Symmetric);
        world.Connect();
        world.Run(3600);
        Assert.False(world.IsDirect);
        Assert.Equal(0, world.Left.Budget.SocketsTaken);
        Assert.Empty(world.Left.Closed);
        Assert.InRange(world.Left.Puncher.Report.Rounds, 2, 8);
        Assert.InRange(world.Left.Pings.Count(static ping => !PathAddress.IsSpecial(ping.Probe.Endpoint)), 1, 300);
        Assert.Equal(PunchRole.Hopeless, world.Left.Puncher.Report.Role);
    }

    [Fact]
    public void rounds_back_off_after_failures()
    {
        PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.Symmetric) { HasWitness = false };
        world.Connect();
        world.Run(60);
        long first = world.Left.Puncher.Report.Rounds;
        Assert.InRange(first, 3, 6);
        world.Run(3600);
        Assert.InRange(world.Left.Puncher.Report.Rounds - first, 8, 30);
        Assert.True(world.Left.Puncher.Report.NextRound > world.Now);
    }

    [Fact]
    public void rounds_and_answers_stay_below_their_maxima_whatever_changes()
    {
        PunchWorld world = new(TinyNatKind.Symmetric, TinyNatKind.Symmetric);
        world.Connect();
        for (int i = 0; i < 600; i++)
        {
            world.Left.Puncher.HandleLocalChange(world.Now);
            world.Right.Puncher.HandleCall(world.Now, new Protocol.Paths.Frames.CallMe([]) { Round = (byte)i }, PunchSide.RelayPath);
            world.Run(0.1);
        }

        Assert.InRange(world.Left.Puncher.Report.Rounds, 2, 2 * PunchTimings.RoundsPerMinuteMax);
        Assert.InRange(world.Right.Puncher.Report.Rounds, 2, 2 * PunchTimings.RoundsPerMinuteMax);
        Assert.InRange(world.Left.Calls.Count(static call => !call.Call.IsAnswer), 2, 2 * PunchTimings.RoundsPerMinuteMax * PunchTimings.CallsMax);
        Assert.InRange(world.Right.Calls.Count(static call => call.Call.IsAnswer), 2, 62 * PunchTimings.CallsPerSecondMax);
    }

    [Fact]
    public void direct_path_that_dies_leads_back_to_the_relay_and_to_a_new_round_at_once()
    {
        PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.PortRestricted);
        world.Connect();
        Assert.True(world.RunUntilDirect(3));
        world.Run(20);
        world.Left.Nat.Forget();
        Instant forgotten = world.Now;
        bool isBack = world.Run(3, () =>
        {
            world.Left.Paths.HandleDataSent(world.Now);
            world.Right.Paths.HandleDataSent(world.Now);
            return world.Left.Paths.NeedsPunching;
        });
        Assert.True(isBack);
        world.Left.SeeRelay(world.Now);
        Assert.True(world.RunUntilDirect(10), $"{(world.Now - forgotten).TotalSeconds} s");
    }

    [Fact]
    public void one_spray_at_a_time_and_no_more_sockets_than_there_are()
    {
        PunchBudget budget = new();
        object first = new();
        object second = new();
        Assert.True(budget.TryTakeSpray(first));
        Assert.True(budget.TryTakeSpray(first));
        Assert.False(budget.TryTakeSpray(second));
        budget.ReleaseSpray(second);
        Assert.False(budget.TryTakeSpray(second));
        budget.ReleaseSpray(first);
        Assert.True(budget.TryTakeSpray(second));

        uint[] sockets = budget.TakeSockets(PunchTimings.SocketsMin);
        Assert.Equal(PunchTimings.SocketsMax, sockets.Distinct().Count());
        Assert.DoesNotContain(0u, sockets);
        Assert.Empty(budget.TakeSockets(1));
        foreach (uint socket in sockets.Take(PunchTimings.SocketsMin - 1))
        {
            budget.Close(socket);
        }

        Assert.Empty(budget.TakeSockets(PunchTimings.SocketsMin));
        Assert.Equal(PunchTimings.SocketsMin - 1, budget.TakeSockets(1).Length);
    }

    [Fact]
    public void spray_that_another_peer_has_is_waited_for_without_backing_off()
    {
        PunchWorld world = new(TinyNatKind.PortRestricted, TinyNatKind.Symmetric);
        object other = new();
        Assert.True(world.Left.Budget.TryTakeSpray(other));
        world.Connect();
        world.Run(300);
        Assert.False(world.IsDirect);
        Assert.Equal(0, world.Left.Puncher.Report.PingsAtGuessedPorts);
        world.Left.Budget.ReleaseSpray(other);
        Assert.True(world.RunUntilDirect(45));
    }

    [Fact]
    public void roles_of_the_two_sides_match_whatever_they_know()
    {
        foreach (NatClass left in Enum.GetValues<NatClass>())
        {
            foreach (NatClass right in Enum.GetValues<NatClass>())
            {
                for (int round = 1; round <= 6; round++)
                {
                    PunchRole a = PunchRoles.Of(left, right, round, true);
                    PunchRole b = PunchRoles.Of(right, left, round, false);
                    Assert.Equal(a is PunchRole.OpenSockets or PunchRole.Spray ? PunchRoles.Other(a) : a, b);
                }
            }
        }
    }

    [Fact]
    public void walk_over_ports_meets_each_once()
    {
        PortWalk walk = new(new Identity.TestRandom(5));
        HashSet<ushort> met = [];
        for (int i = 0; i < PortWalk.Count; i++)
        {
            Assert.True(met.Add(walk.Next()));
        }

        Assert.Equal(PunchTimings.SprayPortMin, met.Min());
    }

    [Fact]
    public void forecast_counts_on_from_the_newest_port_and_stays_within_ports()
    {
        List<InternetEndpoint> forecast = PortForecast.From(PathWorld.At("203.0.113.9:40000"), 4);
        Assert.Equal(PortForecast.CountMax, forecast.Count);
        Assert.Equal(40004, forecast[0].Port);
        Assert.Contains(PathWorld.At("203.0.113.9:40128"), forecast);
        Assert.Contains(PathWorld.At("203.0.113.9:39972"), forecast);
        Assert.Empty(PortForecast.From(PathWorld.At("203.0.113.9:40000"), 0));
        Assert.All(PortForecast.From(PathWorld.At("203.0.113.9:65530"), 5), static endpoint => Assert.InRange(endpoint.Port, 1024, 65535));
        Assert.All(PortForecast.From(PathWorld.At("203.0.113.9:1030"), -5), static endpoint => Assert.InRange(endpoint.Port, 1024, 65535));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void every_pair_of_translators_ends_the_same_where_every_fifth_packet_is_lost(TinyNatKind left, TinyNatKind right)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            PunchWorld world = new(left, right, seed, loss: 0.2);
            world.Connect();
            Assert.True(!IsHopeless(left, right) == world.RunUntilDirect(90), $"seed {seed}");
        }
    }
}
