using System.Globalization;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery;

public sealed class SourceLogTests
{
    [Fact]
    public void each_source_has_one_word_and_the_newest_counts()
    {
        SourceLog log = new();
        log.NoteAsked(new Instant(1), DiscoverySource.Dht);
        log.Note(new Instant(2), DiscoverySource.Dht, "", "nothing");
        log.NoteAsked(new Instant(3), DiscoverySource.Dht);
        log.Note(new Instant(4), DiscoverySource.Dns, "a.example", "a record");
        log.Note(new Instant(5), DiscoverySource.Dns, "a.example", "another");
        Assert.Equal(
            [new SourceWord(DiscoverySource.Dht, "", new Instant(3), new Instant(2), "nothing"), new SourceWord(DiscoverySource.Dns, "a.example", null, new Instant(5), "another")],
            log.Words);
    }

    [Fact]
    public void words_are_bounded_and_the_oldest_gives_way()
    {
        SourceLog log = new();
        for (int i = 0; i < 100; i++)
        {
            log.Note(new Instant(i + 1), DiscoverySource.Dns, i.ToString(CultureInfo.InvariantCulture), "x");
        }

        Assert.Equal(SourceLog.WordsMax, log.Words.Count);
        Assert.DoesNotContain(log.Words, word => word.Name == "0");
        Assert.Contains(log.Words, word => word.Name == "99");
    }
}
