using Kith.Protocol.Core;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tests.Relay;

namespace Kith.Tests.Core;

/// <summary>
/// Members that leave and come back, on a network without multicast, so that nothing but their own word tells it:
/// <code>
///   anna ── bert
/// </code>
/// </summary>
public sealed class GoodbyeTests : IDisposable
{
    // The word, its way, and a turn of the loop.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(10);

    private readonly TestLan _lan = new();
    private readonly TestHost _anna;
    private readonly TestHost _bert;
    private readonly List<byte[]> _sent = [];

    public GoodbyeTests()
    {
        _anna = _lan.Add("anna");
        _bert = _lan.Add("bert");
        MembershipLog home = _anna.Core!.CreateNetwork(_lan.Clock(_anna), "home", []);
        _bert.Core!.BeginJoin(_lan.Clock(_bert), _anna.Core.CreateInvite(_lan.Clock(_anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => AnnaSeesBert && _bert.Core.DescribePeer(_anna.Core.Id).Online, TimeSpan.FromSeconds(5)));
        _lan.HasMulticast = false;
        _lan.Run(TimeSpan.FromSeconds(30));
        Assert.True(AnnaSeesBert);
    }

    private bool AnnaSeesBert => Sees(_anna, _bert);

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void who_stops_is_away_at_once_and_back_at_once()
    {
        for (int i = 0; i < 3; i++)
        {
            _anna.Events.Clear();
            Leave(_bert);
            Assert.True(_lan.RunUntil(() => !AnnaSeesBert, AtOnce));
            Assert.Contains(_anna.Events.OfType<NodeEvent.MemberOnline>(), news => !news.Online);
            _lan.Run(TimeSpan.FromSeconds(i * 40));
            Assert.False(AnnaSeesBert);
            _lan.Start(_bert);
            Assert.True(_lan.RunUntil(() => AnnaSeesBert && Sees(_bert, _anna), TimeSpan.FromSeconds(2)));
        }
    }

    [Fact]
    public void who_vanishes_without_a_word_is_found_out_by_the_silence()
    {
        _lan.Stop(_bert);
        _lan.Run(TimeSpan.FromSeconds(5));
        Assert.True(AnnaSeesBert);
        Assert.True(_lan.RunUntil(() => !AnnaSeesBert, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void one_lost_datagram_does_not_keep_the_word_from_arriving()
    {
        _lan.Watch = bytes => _sent.Add([.. bytes]);
        _bert.IsCutOff = true;
        Leave(_bert);
        Assert.False(_lan.RunUntil(() => !AnnaSeesBert, AtOnce));
        _bert.IsCutOff = false;
        byte[][] words = [.. _sent.Where(static bytes => bytes is [4, 0, 0, 0, ..])];
        Assert.True(words.Length >= 2);
        foreach (byte[] word in words[(words.Length / 2)..])
        {
            Hear(word);
        }

        Assert.False(AnnaSeesBert);
    }

    [Fact]
    public void a_word_that_comes_late_does_not_end_the_session_of_who_is_back()
    {
        _lan.Watch = bytes => _sent.Add([.. bytes]);
        _bert.IsCutOff = true;
        Leave(_bert);
        byte[][] words = [.. _sent.Where(static bytes => bytes is [4, 0, 0, 0, ..])];
        _bert.IsCutOff = false;
        _lan.Start(_bert);
        Assert.True(_lan.RunUntil(() => AnnaSeesBert && Sees(_bert, _anna), TimeSpan.FromSeconds(2)));
        foreach (byte[] word in words.Concat(words))
        {
            Hear(word);
            Assert.True(AnnaSeesBert);
        }

        _lan.Run(TimeSpan.FromSeconds(60));
        Assert.True(AnnaSeesBert);
    }

    [Fact]
    public void what_the_fast_path_had_taken_before_it_knew_is_no_sign_of_life()
    {
        TunnelReceiver[] sessions = [.. _anna.Core!.BuildSnapshot().Receivers.Values];
        InternetEndpoint source = new(_bert.Address, 5484);
        Leave(_bert);
        Assert.True(_lan.RunUntil(() => !AnnaSeesBert, AtOnce));
        byte[] pong = new byte[PathPong.BytesMax];
        int length = new PathPong(1, source).Encode(pong);
        foreach (TunnelReceiver receiver in sessions)
        {
            _anna.Core.HandleTraffic(_lan.Clock(_anna), receiver.Link, receiver.Session, source, received: true);
            _anna.Core.HandlePlaintext(_lan.Clock(_anna), receiver.Link, receiver.Session, source, pong.AsSpan(0, length));
            Assert.False(AnnaSeesBert);
        }

        Assert.NotEmpty(sessions);
    }

    [Fact]
    public void a_word_that_was_changed_on_its_way_is_none()
    {
        _lan.Watch = bytes => _sent.Add([.. bytes]);
        _bert.IsCutOff = true;
        Leave(_bert);
        byte[] word = _sent.Last(static bytes => bytes is [4, 0, 0, 0, ..]);
        for (int bit = 0; bit < word.Length * 8; bit++)
        {
            byte[] changed = [.. word];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Hear(changed);
            Assert.True(AnnaSeesBert);
        }
    }

    [Fact]
    public void it_is_told_through_a_relay_too()
    {
        using RelayNet net = new();
        TestHost[] hosts = net.Found("rita", "anna", "bert");
        (TestHost rita, TestHost anna, TestHost bert) = (hosts[0], hosts[1], hosts[2]);
        net.Restart(hosts, (rita, anna), (rita, bert));
        Assert.True(net.RunUntil(() => Sees(anna, bert) && Sees(bert, anna), 3));
        net.Lan.Run(TimeSpan.FromSeconds(30));
        bert.Core!.Stop(net.Lan.Clock(bert));
        net.Lan.RunUntil(static () => true, TimeSpan.Zero);
        net.Lan.Stop(bert);
        Assert.True(net.RunUntil(() => !Sees(anna, bert) && !Sees(rita, bert), 1));
    }

    private static bool Sees(TestHost from, TestHost to) => from.Core!.DescribePeer(to.Key.Id).Online;

    // As a user ends it: what it says last is sent.
    private void Leave(TestHost host)
    {
        host.Core!.Stop(_lan.Clock(host));
        _lan.RunUntil(static () => true, TimeSpan.Zero);
        _lan.Stop(host);
    }

    private void Hear(byte[] datagram) => _anna.Core!.HandleDatagram(_lan.Clock(_anna), new InternetEndpoint(_bert.Address, 5484), [.. datagram]);
}
