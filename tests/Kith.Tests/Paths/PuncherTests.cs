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
