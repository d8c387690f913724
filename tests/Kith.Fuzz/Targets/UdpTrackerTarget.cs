using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Tracker;

namespace Kith.Fuzz.Targets;

/// <summary>A response of a UDP tracker, over either family.</summary>
[Covers(typeof(Protocol.Discovery.Tracker.UdpTrackerResponse))]
internal sealed class UdpTrackerTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[TrackerLimits.DatagramBytesMax];

    public string Name => "udp-tracker";

    public IEnumerable<byte[]> Corpus =>
    [
        .. new[]
        {
            "00000000010203041122334455667788",
            "000000010102030400000708000000020000000101020304" + "15b3c0a8010215c4",
            "00000001010203040000070800000001" + "0000000020010db800000000000000000000000115b3",
            "0000000201020304000000010000000000000002",
            "00000003010203046e6f",
        }.Select(Convert.FromHexString),
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool any = false;
        foreach (bool isV6 in new[] { false, true })
        {
            if (!UdpTrackerResponse.TryDecode(input, isV6, out UdpTrackerResponse? response))
            {
                continue;
            }

            any = true;
            Oracle.True(response.Peers.Count <= TrackerLimits.PeersPerAnswerMax, "too many addresses");
            Oracle.True(response.Peers.All(peer => peer.Address.IsV4 != isV6), "an address of the other family");
            Oracle.True(response.Reason.All(character => character is >= ' ' and < '\u007F'), "a reason that cannot be shown");
            int length = response.Encode(_buffer);
            Oracle.True(UdpTrackerResponse.TryDecode(_buffer.AsSpan(0, length), isV6, out UdpTrackerResponse? again), "not read again");
            Oracle.True(again!.Peers.SequenceEqual(response.Peers) && (again with { Peers = response.Peers }) == response, "read as something else");
        }

        return any;
    }
}
