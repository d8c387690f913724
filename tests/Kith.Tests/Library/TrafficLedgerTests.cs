using Kith.Node.Control;
using Kith.Node.Telemetry;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Library;

public class TrafficLedgerTests
{
    private readonly TrafficLedger _ledger = new();

    [Fact]
    public void what_came_before_a_path_changed_counts_for_the_path_it_took()
    {
        Update(Peer(1, Protocol.Paths.PathKind.Relay, 100, 10));
        Update(Peer(1, Protocol.Paths.PathKind.Direct, 150, 15));
        Update(Peer(1, Protocol.Paths.PathKind.Direct, 1150, 1015));
        Assert.Equal((150, 15), _ledger.Totals[PathKind.Relay]);
        Assert.Equal((1000, 1000), _ledger.Totals[PathKind.Direct]);
    }

    [Fact]
    public void totals_never_fall_when_a_member_goes_and_comes_back()
    {
        Update(Peer(1, Protocol.Paths.PathKind.Direct, 100, 100));
        Update();
        Update(Peer(1, Protocol.Paths.PathKind.Direct, 30, 40));
        Update(Peer(1, Protocol.Paths.PathKind.Direct, 5, 6));
        Assert.Equal((135, 146), _ledger.Totals[PathKind.Direct]);
    }

    [Fact]
    public void what_is_sent_before_there_is_a_path_has_a_kind_of_its_own()
    {
        Update(Peer(1, null, 148, 0));
        Update(Peer(1, Protocol.Paths.PathKind.Lan, 296, 92));
        Update(Peer(1, Protocol.Paths.PathKind.Lan, 396, 192));
        Assert.Equal((148, 0), _ledger.Totals[PathKind.None]);
        Assert.Equal((248, 192), _ledger.Totals[PathKind.Lan]);
    }

    private static PeerMeasure Peer(byte number, Protocol.Paths.PathKind? path, long sent, long received) =>
        new(new NodeId(new Bytes32([.. Enumerable.Repeat(number, Bytes32.Length)])), path, sent, received);

    private void Update(params PeerMeasure[] peers) => _ledger.Update(
        peers,
        static peer => peer.Path switch
        {
            null => PathKind.None,
            Protocol.Paths.PathKind.Lan => PathKind.Lan,
            Protocol.Paths.PathKind.Relay => PathKind.Relay,
            _ => PathKind.Direct,
        });
}
