using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Each way of finding members can be switched off on its own, and says how it stands.</summary>
public sealed class SourceSwitchTests : IDisposable
{
    private readonly TestLan _lan = new();

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void every_way_is_told_once_and_says_whether_it_is_used()
    {
        TestHost anna = _lan.Add("anna");
        IReadOnlyList<SourceState> states = anna.Core!.DescribeSources();
        Assert.Equal(Enum.GetValues<DiscoverySource>(), states.Select(state => state.Source));
        Assert.Equal([DiscoverySource.Lan, DiscoverySource.Cache, DiscoverySource.Members], states.Where(state => state.IsOn).Select(state => state.Source));
        Assert.All(states.Where(state => state is { IsOn: false, Source: not DiscoverySource.Static }), state => Assert.Contains("kith ", state.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void without_the_local_network_nothing_is_said_there()
    {
        _lan.Options = options => options with { UseLan = false };
        TestHost anna = _lan.Add("anna");
        anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        byte[] buffer = new byte[NodeCore.TransmitBufferBytes];
        for (int i = 0; i < 20; i++)
        {
            anna.Core.HandleTimeout(_lan.Clock(anna));
            while (anna.Core.TryGetTransmit(_lan.Clock(anna), buffer, out NodeTransmit transmit))
            {
                Assert.NotEqual(NodeTransmitKind.LanMulticast, transmit.Kind);
            }

            _lan.Run(TimeSpan.FromSeconds(1));
        }

        Assert.False(anna.Core.DescribeSources()[0].IsOn);
    }

    [Fact]
    public void without_the_cache_nothing_is_known_after_a_start_and_words_tell_who_said_what()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => bert.Core.DescribePeer(anna.Core.Id).Online, TimeSpan.FromSeconds(10)));
        _lan.Run(TimeSpan.FromSeconds(20));
        SourceWord[] words = [.. bert.Core.ExplainPeer(anna.Core.Id)!.Words];
        Assert.Contains(words, word => word is { Source: DiscoverySource.Lan, SaidAt: not null });
        Assert.Contains(words, word => word is { Source: DiscoverySource.Members, Said: "it told us itself where it is" });
        _lan.Stop(anna);
        Restart(bert, useCache: true);
        Assert.NotNull(bert.Core!.WhereaboutsOf(anna.Key.Id));
        Assert.Contains(bert.Core.ExplainPeer(anna.Key.Id)!.Words, word => word.Source == DiscoverySource.Cache);
        Restart(bert, useCache: false);
        Assert.Null(bert.Core!.WhereaboutsOf(anna.Key.Id));
    }

    private void Restart(TestHost host, bool useCache)
    {
        _lan.Stop(host);
        _lan.HasMulticast = false;
        _lan.Options = options => options with { UseCache = useCache };
        _lan.Start(host);
        _lan.Run(TimeSpan.FromSeconds(1));
    }
}
