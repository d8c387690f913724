using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Tracker;

/// <summary>Datagrams of BEP 15, by its tables of offsets.</summary>
public sealed class UdpTrackerTests
{
    private static readonly byte[] s_hash = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
    private static readonly byte[] s_peer = [.. Enumerable.Repeat((byte)0xAB, 20)];

    private static readonly (string Hex, bool IsV6)[] s_responses =
    [
        ("00000000" + "01020304" + "1122334455667788", false),
        ("00000001" + "01020304" + "00000708" + "00000002" + "00000001" + "0102030415b3" + "c0a8010215c4", false),
        ("00000001" + "01020304" + "00000708" + "00000001" + "00000000" + "20010db800000000000000000000000115b3", true),
        ("00000002" + "01020304" + "00000001" + "00000000" + "00000002", false),
        ("00000003" + "01020304" + "6e6f", false),
    ];

    [Fact]
    public void requests_are_as_the_specification_lays_them_out()
    {
        byte[] bytes = new byte[UdpTrackerRequest.BytesMax];
        Assert.Equal("0000041727101980" + "00000000" + "01020304", Hex(bytes, UdpTrackerRequest.WriteConnect(bytes, 0x01020304)));
        Announcement announcement = new(s_hash, s_peer, 0xCAFEBABE, 5484, AnnounceEvent.Started);
        Assert.Equal(
            "1122334455667788" + "00000001" + "01020304" + "0102030405060708090a0b0c0d0e0f1011121314" + "abababababababababababababababababababab"
            + "0000000000000000" + "0000000000000001" + "0000000000000000" + "00000002" + "00000000" + "cafebabe" + "00000032" + "156c",
            Hex(bytes, UdpTrackerRequest.WriteAnnounce(bytes, 0x1122334455667788, 0x01020304, announcement)));
        Assert.Equal(
            "1122334455667788" + "00000002" + "01020304" + "0102030405060708090a0b0c0d0e0f1011121314",
            Hex(bytes, UdpTrackerRequest.WriteScrape(bytes, 0x1122334455667788, 0x01020304, s_hash)));
    }

    [Fact]
    public void responses_are_read_and_written_the_same_again()
    {
        byte[] buffer = new byte[TrackerLimits.DatagramBytesMax];
        foreach ((string hex, bool isV6) in s_responses)
        {
            Assert.True(UdpTrackerResponse.TryDecode(Convert.FromHexString(hex), isV6, out UdpTrackerResponse? response));
            Assert.Equal(0x01020304u, response.Transaction);
            Assert.Equal(hex, Hex(buffer, response.Encode(buffer)));
        }

        Assert.True(UdpTrackerResponse.TryDecode(Convert.FromHexString(s_responses[1].Hex), false, out UdpTrackerResponse? announced));
        Assert.Equal((1800u, 2u, 1u), (announced.IntervalSeconds, announced.Leechers, announced.Seeders));
        Assert.Equal(["1.2.3.4:5555", "192.168.1.2:5572"], announced.Peers.Select(peer => peer.ToString()));
    }

    [Fact]
    public void what_is_cut_short_is_refused_and_flipped_bits_do_no_harm()
    {
        foreach ((string hex, bool isV6) in s_responses)
        {
            byte[] bytes = Convert.FromHexString(hex);
            int least = bytes[3] switch
            {
                0 => 16,
                1 or 2 => 20,
                _ => 8,
            };
            for (int cut = 0; cut < bytes.Length; cut++)
            {
                Assert.Equal(cut >= least, UdpTrackerResponse.TryDecode(bytes.AsSpan(0, cut), isV6, out _));
            }

            for (int bit = 0; bit < bytes.Length * 8; bit++)
            {
                byte[] flipped = [.. bytes];
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                if (UdpTrackerResponse.TryDecode(flipped, isV6, out UdpTrackerResponse? read))
                {
                    Assert.InRange(read.Peers.Count, 0, TrackerLimits.PeersPerAnswerMax);
                }
            }
        }
    }

    [Fact]
    public void no_more_addresses_are_taken_than_were_asked_for()
    {
        byte[] answer = [0, 0, 0, 1, 1, 2, 3, 4, .. new byte[12], .. Enumerable.Repeat(new byte[] { 1, 2, 3, 4, 5, 6 }, 200).SelectMany(peer => peer)];
        Assert.True(UdpTrackerResponse.TryDecode(answer, false, out UdpTrackerResponse? response));
        Assert.Equal(TrackerLimits.PeersPerAnswerMax, response.Peers.Count);
    }

    [Fact]
    public void a_reason_is_shown_without_what_could_upset_a_terminal()
    {
        Assert.Equal("a?[31mb", TrackerReason.Of("a\u001b[31mb"u8));
        Assert.Equal(TrackerLimits.ReasonCharactersMax, TrackerReason.Of([.. Enumerable.Repeat((byte)'x', 500)]).Length);
    }

    [Fact]
    public void no_response_can_be_taken_for_anything_else_on_the_socket()
    {
        foreach (byte[] other in new byte[][] { [1, 0, 0, 0, 9, 9, 9, 9], [4, 0, 0, 0, 9, 9, 9, 9], [1, 1, 0, 12, 0x21, 0x12, 0xA4, 0x42], [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42], "d1:ad2:id"u8.ToArray() })
        {
            Assert.Null(UdpTrackerResponse.PeekTransaction(other));
        }

        Assert.Equal(7u, UdpTrackerResponse.PeekTransaction([0, 0, 0, 3, 0, 0, 0, 7]));
    }

    private static string Hex(byte[] bytes, int length) => Convert.ToHexStringLower(bytes.AsSpan(0, length));
}
