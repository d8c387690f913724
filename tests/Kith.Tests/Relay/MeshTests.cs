using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>
/// Members of which each reaches only its neighbours:
/// <code>
///          ┌── bert ── cleo ──┐
///   anna ──┤                  ├── dora
///          └── emil ── finn ──┘
/// </code>
/// </summary>
public sealed class MeshTests : IDisposable
{
    private readonly RelayNet _net = new();
    private readonly TestHost[] _hosts;
    private readonly TestHost _anna;
    private readonly TestHost _bert;
    private readonly TestHost _cleo;
    private readonly TestHost _dora;
    private readonly TestHost _emil;
    private readonly TestHost _finn;

    public MeshTests()
    {
        _hosts = _net.Found("anna", "bert", "cleo", "dora", "emil", "finn");
        (_anna, _bert, _cleo, _dora, _emil, _finn) = (_hosts[0], _hosts[1], _hosts[2], _hosts[3], _hosts[4], _hosts[5]);
    }

    public void Dispose() => _net.Dispose();

    [Fact]
    public void ends_of_a_chain_reach_each_other_through_all_between()
    {
        _net.Restart(_hosts[..4], (_anna, _bert), (_bert, _cleo), (_cleo, _dora));
        Isolate(_emil, _finn);
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(_anna, _dora) && RelayNet.IsOnline(_dora, _anna), 10));
        Assert.Equal(PathKind.Mesh, RelayNet.KindOf(_anna, _dora));
        Assert.Equal(PathKind.Relay, RelayNet.KindOf(_anna, _cleo));
        _net.Send(_anna, _dora, 1360);
        _net.Send(_dora, _anna, 1000);
        Assert.True(_net.RunUntil(() => _dora.Tun.Count == 1 && _anna.Tun.Count == 1, 1));
    }

    [Fact]
    public void each_member_on_the_way_leaves_one_hop_fewer_and_the_last_none()
    {
        _net.Restart(_hosts[..4], (_anna, _bert), (_bert, _cleo), (_cleo, _dora));
        Isolate(_emil, _finn);
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(_anna, _dora) && RelayNet.IsOnline(_dora, _anna), 10));
        List<byte> atBert = [];
        List<byte> atCleo = [];
        _bert.Core!.PassedOn = (in relay) => Note(atBert, relay);
        _cleo.Core!.PassedOn = (in relay) => Note(atCleo, relay);
        for (int i = 0; i < 10; i++)
        {
            _net.Send(_anna, _dora);
        }

        Assert.True(_net.RunUntil(() => _dora.Tun.Count == 10, 1));
        Assert.True(atBert.Count >= 10 && atCleo.Count >= 10);
        Assert.All(atBert, static hops => Assert.Equal(2, hops));
        Assert.All(atCleo, static hops => Assert.Equal(1, hops));

        void Note(List<byte> seen, in RelayFrame relay)
        {
            if (relay.Source == _anna.Key.Id.ShortId && relay.Destination == _dora.Key.Id.ShortId)
            {
                seen.Add(relay.HopsLeft);
            }
        }
    }

    [Theory]
    [InlineData("bert", 1)]
    [InlineData("cleo", 1)]
    [InlineData("bert", 80)]
    [InlineData("cleo", 80)]
    public void flow_resumes_within_three_seconds_when_a_hop_dies(string name, int otherWayMilliseconds)
    {
        // The slower the other way is, the more its members would rather go through anna themselves.
        TimeSpan delay = TimeSpan.FromMilliseconds(otherWayMilliseconds);
        _net.Lan.SlowDown(_anna, _emil, delay);
        _net.Lan.SlowDown(_emil, _finn, delay);
        _net.Lan.SlowDown(_finn, _dora, delay);
        ConnectAll();
        _net.Lan.Run(TimeSpan.FromSeconds(30));
        TestHost used = Via(_anna);
        TestHost victim = name == "bert" ? used : used == _bert ? _cleo : _finn;
        Flow(TimeSpan.FromSeconds(5));
        int before = _dora.Tun.Count;
        Assert.True(before > 80);
        victim.IsCutOff = true;
        TimeSpan there = FlowUntil(() => _dora.Tun.Count > before + 2);
        int back = _anna.Tun.Count;
        TimeSpan backAgain = FlowUntil(() => _anna.Tun.Count > back + 2);
        Assert.True(there <= TimeSpan.FromSeconds(3), $"flow resumed after {there.TotalSeconds} s");
        Assert.True(there + backAgain <= TimeSpan.FromSeconds(3), $"answers resumed after {(there + backAgain).TotalSeconds} s");
    }

    private void ConnectAll()
    {
        _net.Restart(_hosts, (_anna, _bert), (_bert, _cleo), (_cleo, _dora), (_anna, _emil), (_emil, _finn), (_finn, _dora));
        Assert.True(_net.RunUntil(() => _hosts.All(a => _hosts.All(b => a == b || RelayNet.IsOnline(a, b))), 20));
    }

    private void Isolate(params TestHost[] hosts)
    {
        foreach (TestHost host in hosts)
        {
            host.IsCutOff = true;
        }
    }

    private TestHost Via(TestHost from) => _hosts.Single(host => host.Key.Id == from.Core!.DescribePeer(_dora.Key.Id).Via);

    private void Flow(TimeSpan time)
    {
        for (TimeSpan spent = TimeSpan.Zero; spent < time; spent += TimeSpan.FromMilliseconds(50))
        {
            _net.Send(_anna, _dora);
            _net.Send(_dora, _anna);
            _net.Lan.Run(TimeSpan.FromMilliseconds(50));
        }
    }

    private TimeSpan FlowUntil(Func<bool> condition)
    {
        TimeSpan spent = TimeSpan.Zero;
        for (; !condition() && spent < TimeSpan.FromSeconds(30); spent += TimeSpan.FromMilliseconds(50))
        {
            Flow(TimeSpan.FromMilliseconds(50));
        }

        return spent;
    }
}
