using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core.Nuisances;

/// <summary>Three members, anna, bert and eve, who see each other; then eve's key speaks to anna through a <see cref="HostileMember"/>.</summary>
internal sealed class HostileNet : IDisposable
{
    public HostileNet()
    {
        Anna = Lan.Add("anna");
        Bert = Lan.Add("bert");
        EveHost = Lan.Add("eve");
        MembershipLog home = Anna.Core!.CreateNetwork(Lan.Clock(Anna), "home", []);
        InviteLine invite = Anna.Core.CreateInvite(Lan.Clock(Anna), home.Id, MemberRole.Member, 2, TimeSpan.FromHours(1));
        Bert.Core!.BeginJoin(Lan.Clock(Bert), invite);
        EveHost.Core!.BeginJoin(Lan.Clock(EveHost), invite);
        TestHost[] all = [Anna, Bert, EveHost];
        Assert.True(Lan.RunUntil(() => all.All(a => all.All(b => a == b || a.Core!.DescribePeer(b.Key.Id).Online)), TimeSpan.FromSeconds(20)));
        Lan.Run(TimeSpan.FromSeconds(5));
        EveLog = EveHost.Core.Networks.Single();
        Home = home;
        Lan.Stop(EveHost);
        InternetEndpoint at = new(EveHost.Address, 5484);
        Eve = new HostileMember(EveHost.Key, home.Id, Anna.Key.Id, EveHost.Random, datagram => Anna.Core!.HandleDatagram(Lan.Clock(Anna), at, datagram.ToArray()));
        Lan.Strangers[at] = (source, bytes) =>
        {
            if (source.Address == Anna.Address)
            {
                Eve.Receive(Now, source, bytes);
            }

            return null;
        };
        Eve.Connect(Now);
        Run(TimeSpan.FromSeconds(2));
        Assert.True(Eve.IsConnected);
    }

    public TestLan Lan { get; } = new();

    public TestHost Anna { get; }

    public TestHost Bert { get; }

    public TestHost EveHost { get; }

    public HostileMember Eve { get; }

    /// <summary>Anna's log.</summary>
    public MembershipLog Home { get; }

    /// <summary>The log as eve had it.</summary>
    public MembershipLog EveLog { get; }

    public ClockReading Now => Lan.Clock(EveHost);

    /// <summary>What anna was told of eve.</summary>
    public IReadOnlyList<NuisanceKind> Told =>
        [.. Anna.Events.OfType<NodeEvent.NuisanceSeen>().Where(seen => seen.What.Node == EveHost.Key.Id).Select(seen => seen.What.Kind)];

    public void Run(TimeSpan time)
    {
        Instant end = Lan.Now + time;
        while (Lan.Now < end)
        {
            Lan.Run(TimeSpan.FromMilliseconds(20));
            Eve.HandleTimeout(Now);
        }
    }

    /// <summary>Opens a control stream of eve's and waits until it stands.</summary>
    public ControlStream Open()
    {
        ControlStream stream = Eve.OpenControl(Now);
        Run(TimeSpan.FromMilliseconds(200));
        stream.Flush(Now);
        Eve.Flush(Now);
        Run(TimeSpan.FromMilliseconds(200));
        return stream;
    }

    /// <summary>Says something on a stream of eve's, and lets it arrive.</summary>
    public void Say(ControlStream stream, ControlMessageType type, byte[] body, TimeSpan? within = null)
    {
        stream.Write(Now, type, body);
        Instant end = Lan.Now + (within ?? TimeSpan.FromSeconds(2));
        while (Lan.Now < end)
        {
            Eve.Flush(Now);
            Run(TimeSpan.FromMilliseconds(20));
            stream.Flush(Now);
        }
    }

    /// <summary>Fails unless bert and anna still hear each other, and what either states reaches the other at once.</summary>
    public void AssertOthersUnharmed()
    {
        string name = $"anna-{Lan.Now.Ticks}";
        Anna.Core!.Rename(Lan.Clock(Anna), Home.Id, Anna.Key.Id, name);
        long ping = Bert.Core!.Ping(Lan.Clock(Bert), Anna.Key.Id);
        Assert.True(
            Lan.RunUntil(
                () => Bert.Core.Networks.Single().State.FindByName(name) is not null && Bert.Events.OfType<NodeEvent.PingAnswered>().Any(answer => answer.Ping == ping),
                TimeSpan.FromSeconds(2)));
    }

    public void Dispose()
    {
        Eve.Dispose();
        Lan.Dispose();
    }
}
