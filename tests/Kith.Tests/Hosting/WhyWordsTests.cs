using Kith.Node.Control;
using Kith.Node.Explaining;
using Kith.Protocol.Core;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Paths.Punching;
using Kith.Protocol.Wire;
using Kith.Tests.Paths;

namespace Kith.Tests.Hosting;

public sealed class WhyWordsTests
{
    private readonly PathWorld _world = new();

    private WhyReport Explain(NatReport? own = null, PunchReport? punching = null)
    {
        PathTable table = _world.Table;
        PeerExplanation peer = new(new PeerDescription(table.Online, table.LastSeen, table.Current), table.Paths, punching, null, table.HasSession);
        ClockReading now = new(_world.Now, 1_800_000_000_000);
        return WhyWords.Explain(new WhySubject("pi.home", peer, own ?? NatReport.Nothing, now, endpoint => PathAddress.TryGetRelay(endpoint, out _, out _) ? "nas" : null));
    }

    [Fact]
    public void nothing_known_is_said_to_be_nothing_known()
    {
        WhyReport report = Explain();
        Assert.False(report.Online);
        Assert.Empty(report.Candidates);
        Assert.Equal("Nothing is known of where the device may be.", report.Reason);
        Assert.NotEmpty(report.Advice);
    }

    [Fact]
    public void each_way_tells_what_was_sent_and_what_came_back()
    {
        _world.Answers("198.51.100.7:5484", 20);
        _world.Learn(CandidateSource.Whereabouts, "198.51.100.7:5484", "192.0.2.9:5484");
        _world.Connect();
        _world.Run(60);
        WhyReport report = Explain();
        Assert.True(report.Online);
        Assert.Equal("Packets go straight from device to device.", report.Reason);
        Assert.Empty(report.Advice);
        Assert.Equal(("used", "failed"), (report.Candidates[0].State, report.Candidates[1].State));
        Assert.Equal("198.51.100.7:5484", report.Path.Endpoint);
        Assert.InRange(report.Candidates[0].Answered, 2, report.Candidates[0].Sent);
        Assert.Equal(0, report.Candidates[1].Answered);
        Assert.EndsWith("0 answered; nothing came back", report.Candidates[1].Text, StringComparison.Ordinal);
        Assert.Contains("stated by the device", report.Candidates[1].From);
    }

    [Fact]
    public void before_a_session_only_handshakes_were_sent()
    {
        _world.Learn(CandidateSource.Static, "198.51.100.7:5484");
        WhyReport report = Explain();
        Assert.Equal("untried", Assert.Single(report.Candidates).State);
        Assert.Contains("handshakes", report.Candidates[0].Text, StringComparison.Ordinal);
        Assert.Equal("The device has not answered since this node started, at none of the places below.", report.Reason);
    }

    [Theory]
    [InlineData(NatClass.Hard, NatClass.Hard, "both sides have translators with random ports")]
    [InlineData(NatClass.Hard, NatClass.Easy, "this side has a translator with random ports")]
    [InlineData(NatClass.Easy, NatClass.AddressDependent, "that side has a translator with random ports")]
    [InlineData(NatClass.Blocked, NatClass.Easy, "UDP does not pass on this side")]
    [InlineData(NatClass.Easy, NatClass.Blocked, "UDP does not pass on that side")]
    [InlineData(NatClass.Easy, NatClass.Easy, "lets nothing in")]
    public void a_relayed_way_names_what_stands_against_a_direct_one(NatClass own, NatClass peer, string words)
    {
        InternetEndpoint relay = PathAddress.Relay(1, 2);
        _world.Table.HandleSessionUp(_world.Now);
        _world.Table.AddCandidate(_world.Now, CandidateSource.Relay, relay);
        _world.Table.HandlePacketFrom(_world.Now, relay);
        WhyReport report = Explain(
            new NatReport { Mapping = own },
            new PunchReport { Rounds = 3, PeerNat = peer, Outcome = PunchOutcome.NothingCameThrough, PingsAtGuessedPorts = 1750 });
        Assert.Equal(Kith.Node.Control.PathKind.Relay, report.Path.Kind);
        Assert.Equal("nas", report.Path.Via);
        Assert.Null(report.Path.Endpoint);
        Assert.Contains(words, report.Reason, StringComparison.Ordinal);
        Assert.Equal(NatWords.Name(peer), report.Peer.Class);
        Assert.Equal("3 rounds of sending at the same time; nothing came through in the last one; 1750 pings at guessed ports", report.Attempts);
        Assert.NotEmpty(report.Advice);
    }
}
