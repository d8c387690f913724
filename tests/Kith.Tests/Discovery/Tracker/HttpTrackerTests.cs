using System.Text;
using Kith.Protocol.Discovery.Tracker;

namespace Kith.Tests.Discovery.Tracker;

/// <summary>Addresses and bencoded answers of BEP 3, 7, 23 and 48.</summary>
public sealed class HttpTrackerTests
{
    private static readonly byte[] s_hash = [.. Enumerable.Range(0, 20).Select(i => (byte)(i * 13))];

    [Theory]
    [InlineData("udp://tracker.example.org:6969/announce", TrackerScheme.Udp, "tracker.example.org", 6969)]
    [InlineData("udp://[2001:db8::1]:80", TrackerScheme.Udp, "2001:db8::1", 80)]
    [InlineData("http://192.0.2.1/announce", TrackerScheme.Http, "192.0.2.1", 80)]
    [InlineData("https://tracker.example.org/x/announce?key=1", TrackerScheme.Https, "tracker.example.org", 443)]
    public void addresses_are_read(string text, TrackerScheme scheme, string host, int port)
    {
        Assert.True(TrackerUrl.TryParse(text, out TrackerUrl? url));
        Assert.Equal((scheme, host, port), (url.Scheme, url.Host, url.Port));
        Assert.DoesNotContain("key", url.Display, StringComparison.Ordinal);
        Assert.True(TrackerUrl.TryParse(url.Text, out TrackerUrl? again));
        Assert.Equal(url, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("udp://tracker.example.org")]
    [InlineData("ftp://tracker.example.org/")]
    [InlineData("http://user:word@tracker.example.org/announce")]
    [InlineData("udp://a b:1")]
    [InlineData("/announce")]
    public void what_is_no_address_is_refused(string text) => Assert.False(TrackerUrl.TryParse(text, out _));

    [Fact]
    public void an_address_that_is_too_long_is_refused() => Assert.False(TrackerUrl.TryParse("http://a.example/" + new string('x', TrackerUrl.LengthMax), out _));

    [Fact]
    public void an_announcement_is_asked_for()
    {
        Assert.True(TrackerUrl.TryParse("http://t.example/announce?key=1", out TrackerUrl? url));
        string text = HttpTracker.AnnounceUrl(url, new Announcement(s_hash, new byte[20], 0xCAFE, 5484, AnnounceEvent.Started));
        Assert.Equal(
            "http://t.example/announce?key=1&info_hash=%00%0d%1a%27%34%41%4e%5b%68%75%82%8f%9c%a9%b6%c3%d0%dd%ea%f7&peer_id="
            + string.Concat(Enumerable.Repeat("%00", 20)) + "&port=5484&uploaded=0&downloaded=0&left=1&compact=1&key=0000cafe&numwant=50&event=started",
            text);
    }

    [Theory]
    [InlineData("http://t.example/announce", "http://t.example/scrape?info_hash=")]
    [InlineData("http://t.example/x/announce.php?key=1", "http://t.example/x/scrape.php?key=1&info_hash=")]
    [InlineData("http://t.example/a", null)]
    [InlineData("http://t.example/announce/x", null)]
    public void a_scrape_follows_from_the_last_part_of_the_path(string text, string? expected)
    {
        Assert.True(TrackerUrl.TryParse(text, out TrackerUrl? url));
        Assert.Equal(expected, HttpTracker.ScrapeUrl(url, []));
    }

    [Fact]
    public void compact_answers_of_both_families_are_read()
    {
        byte[] body = [.. "d8:completei1e10:incompletei2e8:intervali1800e12:min intervali900e5:peers6:"u8, 1, 2, 3, 4, 0x15, 0xB3, .. "6:peers618:"u8, .. Convert.FromHexString("20010db800000000000000000000000115b3"), (byte)'e'];
        Assert.True(HttpTracker.TryReadAnnounce(body, out TrackerAnswer? answer, out _));
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), 3), (answer.Interval, answer.MinInterval, answer.Total));
        Assert.Equal(["1.2.3.4:5555", "[2001:db8::1]:5555"], answer.Peers.Select(peer => peer.ToString()));
        for (int cut = 0; cut < body.Length; cut++)
        {
            Assert.False(HttpTracker.TryReadAnnounce(body.AsSpan(0, cut), out _, out _));
        }
    }

    [Fact]
    public void lists_of_dictionaries_are_read_and_names_in_them_passed_over()
    {
        Assert.True(HttpTracker.TryReadAnnounce("d8:intervali60e5:peersld2:ip7:1.2.3.44:porti5eed2:ip9:localhost4:porti5eed2:ip11:2001:db8::14:porti6eed4:porti6eeee"u8, out TrackerAnswer? answer, out _));
        Assert.Equal(["1.2.3.4:5", "[2001:db8::1]:6"], answer.Peers.Select(peer => peer.ToString()));
        Assert.Null(answer.Total);
    }

    [Fact]
    public void refusals_numbers_and_spans_out_of_reason_are_kept_in_bounds()
    {
        Assert.False(HttpTracker.TryReadAnnounce("d14:failure reason4:no\u0007!e"u8, out _, out string? reason));
        Assert.Equal("no?!", reason);
        Assert.True(HttpTracker.TryReadAnnounce("d8:completei9223372036854775807e10:incompletei-5e8:intervali9223372036854775807e5:peers0:e"u8, out TrackerAnswer? answer, out _));
        Assert.Equal((TrackerLimits.IntervalMax, int.MaxValue / 2), (answer.Interval, answer.Total));
        Assert.False(HttpTracker.TryReadAnnounce("d5:peers0:e"u8, out _, out _));
        byte[] many = [.. "d8:intervali1e5:peers1200:"u8, .. Enumerable.Repeat((byte)1, 1200), (byte)'e'];
        Assert.True(HttpTracker.TryReadAnnounce(many, out answer, out _));
        Assert.Equal(TrackerLimits.PeersPerAnswerMax, answer.Peers.Count);
        Assert.False(HttpTracker.TryReadAnnounce(Encoding.ASCII.GetBytes($"d8:intervali1e1:x{TrackerLimits.HttpAnswerBytesMax}:{new string('x', TrackerLimits.HttpAnswerBytesMax)}e"), out _, out _));
    }

    [Fact]
    public void numbers_of_a_hash_are_read()
    {
        byte[] body = [.. "d5:filesd20:"u8, .. s_hash, .. "d8:completei1e10:downloadedi0e10:incompletei4eee5:flagsd20:min_request_intervali60eee"u8];
        Assert.True(HttpTracker.TryReadScrape(body, s_hash, out TrackerAnswer? answer));
        Assert.Equal((5, TimeSpan.FromMinutes(1)), (answer.Total, answer.MinInterval));
        Assert.True(HttpTracker.TryReadScrape("d5:filesdee"u8, s_hash, out answer));
        Assert.Equal(0, answer.Total);
        Assert.False(HttpTracker.TryReadScrape("de"u8, s_hash, out _));
    }
}
