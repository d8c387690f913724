using System.Text;
using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Tracker;

namespace Kith.Fuzz.Targets;

/// <summary>What a tracker answers over HTTP, to an announcement and to a scrape.</summary>
[Covers(typeof(Protocol.Discovery.Tracker.HttpTracker))]
internal sealed class HttpTrackerTarget : IFuzzTarget
{
    private static readonly byte[] s_hash = "mnopqrstuvwxyz123456"u8.ToArray();

    public string Name => "http-tracker";

    public IEnumerable<byte[]> Corpus =>
    [
        .. new[]
        {
            "d8:completei1e10:incompletei2e8:intervali1800e12:min intervali900e5:peers12:abcdefghijkl6:peers618:abcdefghijklmnopqre",
            "d8:intervali60e5:peersld2:ip7:1.2.3.44:porti5eed2:ip11:2001:db8::14:porti6eeee",
            "d14:failure reason7:nothinge",
            "d5:filesd20:mnopqrstuvwxyz123456d8:completei1e10:downloadedi0e10:incompletei4eee5:flagsd20:min_request_intervali60eee",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "5:peers", "6:peers6", "8:interval", "12:min interval", "2:ip", "4:port", "14:failure reason", "5:files", "8:complete", "10:incomplete" }.Select(Encoding.ASCII.GetBytes)];

    public IFuzzStructure Structure { get; } = new Structure.BencodeStructure();

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool isAnnounce = HttpTracker.TryReadAnnounce(input, out TrackerAnswer? answer, out string? reason);
        Oracle.True(reason is null || (reason.Length <= TrackerLimits.ReasonCharactersMax && reason.All(character => character is >= ' ' and < '\u007F')), "a reason that cannot be shown");
        Check(answer);
        bool isScrape = HttpTracker.TryReadScrape(input, s_hash, out answer);
        Check(answer);
        return isAnnounce || isScrape || reason is not null;
    }

    private static void Check(TrackerAnswer? answer)
    {
        if (answer is not null)
        {
            Oracle.True(answer.Peers.Count <= TrackerLimits.PeersPerAnswerMax, "too many addresses");
            Oracle.True(!(answer.Interval > TrackerLimits.IntervalMax) && !(answer.Interval < TimeSpan.Zero) && !(answer.MinInterval > TrackerLimits.IntervalMax), "an interval out of bounds");
            Oracle.True(!(answer.Total < 0), "a negative number");
        }
    }
}
