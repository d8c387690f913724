using Kith.Protocol.Paths;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>
/// Two members that cannot reach each other, and one that both reach:
/// <code>
///   anna ── rita ── bert
/// </code>
/// </summary>
public sealed class SingleRelayTests : IDisposable
{
    private readonly RelayNet _net = new();
    private readonly TestHost _rita;
    private readonly TestHost _anna;
    private readonly TestHost _bert;

    public SingleRelayTests()
    {
        TestHost[] hosts = _net.Found("rita", "anna", "bert");
        (_rita, _anna, _bert) = (hosts[0], hosts[1], hosts[2]);
        _net.Restart(hosts, (_rita, _anna), (_rita, _bert));
    }

    public void Dispose() => _net.Dispose();

    [Fact]
    public void two_members_that_reach_one_in_common_are_connected_through_it_within_three_seconds()
    {
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(_anna, _bert) && RelayNet.IsOnline(_bert, _anna), 3));
        Assert.Equal(PathKind.Relay, RelayNet.KindOf(_anna, _bert));
        Assert.Equal(PathKind.Lan, RelayNet.KindOf(_anna, _rita));
        _net.Send(_anna, _bert, 1360);
        Assert.True(_net.RunUntil(() => _bert.Tun.Count == 1, 1));
        Assert.Equal(1360, _bert.Tun[0].Length);
        Assert.Empty(_rita.Tun);
    }

    [Fact]
    public void data_moves_to_the_direct_path_when_there_is_one_and_back_when_it_is_gone()
    {
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(_anna, _bert) && RelayNet.IsOnline(_bert, _anna), 3));
        _net.Lan.Mend(_anna, _bert);
        Assert.True(_net.RunUntil(() => RelayNet.KindOf(_anna, _bert) == PathKind.Lan && RelayNet.KindOf(_bert, _anna) == PathKind.Lan, 60));
        _net.Lan.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(PathKind.Lan, RelayNet.KindOf(_anna, _bert));
        _net.Lan.Cut(_anna, _bert);
        Assert.True(_net.RunUntil(() => RelayNet.KindOf(_anna, _bert) == PathKind.Relay && RelayNet.KindOf(_bert, _anna) == PathKind.Relay, 60));
    }

    [Fact]
    public void nothing_passes_once_the_relay_is_gone()
    {
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(_anna, _bert), 3));
        _net.Lan.Stop(_rita);
        Assert.True(_net.RunUntil(() => !RelayNet.IsOnline(_anna, _bert), 60));
        _net.Send(_anna, _bert);
        _net.Lan.Run(TimeSpan.FromSeconds(2));
        Assert.Empty(_bert.Tun);
    }
}
