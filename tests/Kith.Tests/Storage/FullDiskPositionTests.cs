using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Tests.Core;

namespace Kith.Tests.Storage;

/// <summary>
/// A whole node whose disk is full from its first write on, from its second, and so on through a start, a join and what it receives. It says so, loses nothing, works again
/// once there is room, and starts from what it has.
/// </summary>
public class FullDiskPositionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    [Fact]
    public void at_every_write_of_a_first_start() => AtEveryWrite("a first start", static world => { }, static world =>
    {
        world.Try(core => core.CreateNetwork(world.Now, "mine", []));
        world.Lan.Run(TimeSpan.FromSeconds(12));
    }, static world => world.Anna.Core!.Networks.Any(log => log.State.Name == "mine"));

    [Fact]
    public void at_every_write_of_a_join() => AtEveryWrite("a join", static world => { }, static world =>
    {
        world.Try(core => core.BeginJoin(world.Now, world.Invite));
        world.Lan.Run(TimeSpan.FromSeconds(12));
    }, static world => world.HasConverged());

    [Fact]
    public void at_every_write_of_receiving_statements() => AtEveryWrite("receiving statements", static world => world.Join(), static world =>
    {
        for (int i = 0; i < 3; i++)
        {
            world.Bert.Core!.Rename(world.Lan.Clock(world.Bert), world.Home, world.Bert.Core.Id, $"bert-{world.Renames++}");
            world.Lan.Run(TimeSpan.FromSeconds(4));
        }
    }, static world => world.HasConverged());

    [Fact]
    public void at_every_write_of_stating_something() => AtEveryWrite("stating something", static world => world.Join(), static world =>
    {
        world.Try(core => core.Rename(world.Now, world.Home, core.Id, $"anna-{world.Renames++}"));
        world.Lan.Run(TimeSpan.FromSeconds(8));
        world.Try(core => core.CreateInvite(world.Now, world.Home, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        world.Lan.Run(TimeSpan.FromSeconds(8));
    }, static world => world.HasConverged());

    private static void AtEveryWrite(string what, Action<World> prepare, Action<World> act, Func<World, bool> isDone)
    {
        int positions = 0;
        for (int position = 0; ; position++)
        {
            using World world = new();
            prepare(world);
            int before = world.Store.Writes;
            world.Store.FullFrom = before + position;
            act(world);
            bool wasFull = world.Store.Refused > 0;

            // The node goes on; started again as it is, it finds nothing to be damaged.
            world.Restart();
            Assert.Empty(world.Anna.Core!.LostNetworks);
            Assert.All(world.Anna.Core.Networks, log => Assert.False(world.Anna.Core.IsBeingRepaired(log.Id), $"{what}, write {position}"));

            world.Store.FullFrom = int.MaxValue;
            if (!isDone(world))
            {
                act(world);
            }

            Assert.True(world.Lan.RunUntil(() => isDone(world), Limit), $"{what}: after write {position} of a full disk it does not go on with room");
            world.Restart();
            Assert.True(world.Lan.RunUntil(() => isDone(world), Limit), $"{what}: after write {position} it forgot something");
            Assert.All(world.Bert.Core!.Networks.SelectMany(static log => log.Heads.GroupBy(static head => head.Author)), static heads => Assert.Single(heads));
            if (!wasFull)
            {
                break;
            }

            Assert.True(world.SaidSo, $"{what}: nobody was told that the disk was full at write {position}");
            positions++;
        }

        Console.WriteLine($"measured: full disk: at each of {positions} writes of {what} said so, damaged nothing, went on with room (bar: all)");
        Assert.True(positions >= 3, $"{positions} writes");
    }

    private sealed class World : IDisposable
    {
        public World()
        {
            Anna = Lan.Add("anna", isUp: false);
            Anna.Disk = Store;
            Bert = Lan.Add("bert");
            Home = Bert.Core!.CreateNetwork(Lan.Clock(Bert), "home", []).Id;
            Invite = Bert.Core.CreateInvite(Lan.Clock(Bert), Home, MemberRole.Admin, 2, TimeSpan.FromHours(24));
            Lan.Start(Anna);
        }

        public TestLan Lan { get; } = new();

        public FillingStore Store { get; } = new();

        public TestHost Anna { get; }

        public TestHost Bert { get; }

        public NetworkId Home { get; }

        public InviteLine Invite { get; }

        public int Renames { get; set; }

        public bool SaidSo { get; private set; }

        public Kith.Protocol.Wire.ClockReading Now => Lan.Clock(Anna);

        public void Try(Action<NodeCore> command)
        {
            try
            {
                command(Anna.Core!);
            }
            catch (NodeCoreException refusal) when (refusal.Error == NodeCoreError.StoreFull)
            {
                SaidSo = true;
            }
            catch (NodeCoreException refusal) when (refusal.Error == NodeCoreError.AlreadyMember)
            {
                // It got that far the first time.
            }
        }

        public void Join()
        {
            Try(core => core.BeginJoin(Now, Invite));
            Assert.True(Lan.RunUntil(HasConverged, Limit));
            Lan.Run(TimeSpan.FromSeconds(12));
        }

        public bool HasConverged()
        {
            MembershipLog? log = Anna.Core!.Networks.FirstOrDefault(log => log.Id == Home);
            MembershipLog other = Bert.Core!.Networks.Single();
            return log is not null && !Anna.Core.IsBeingRepaired(Home) && log.State.Digest == other.State.Digest && log.Statements.Count == other.Statements.Count;
        }

        public void Restart()
        {
            SaidSo |= Anna.Events.Exists(static happened => happened is NodeEvent.StoreFailed or NodeEvent.JoinFailed { Failure: JoinFailure.Storage });
            Anna.Core!.Stop(Now);
            Lan.Stop(Anna);
            Lan.Start(Anna);
            Lan.Run(TimeSpan.FromSeconds(1));
        }

        public void Dispose() => Lan.Dispose();
    }
}
