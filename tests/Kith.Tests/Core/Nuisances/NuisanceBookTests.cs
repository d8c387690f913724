using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core.Nuisances;

/// <summary>Who is a nuisance is told once, however often.</summary>
public sealed class NuisanceBookTests
{
    private static readonly Instant s_start = new(TimeSpan.FromHours(1).Ticks);

    [Fact]
    public void a_word_is_due_once_and_once_an_hour_while_it_goes_on()
    {
        NuisanceBook book = new();
        NodeId node = Node(1);
        List<long> told = [];
        for (int second = 0; second < 7000; second++)
        {
            for (int i = 0; i < 10; i++)
            {
                if (book.Note(s_start + TimeSpan.FromSeconds(second), node, NuisanceKind.Frames, 100) is { } nuisance)
                {
                    told.Add(nuisance.Count);
                }
            }
        }

        Assert.Equal([100, 3_600_100], told);
        Assert.Equal(7_000_000, Assert.Single(book.Told).Count);
    }

    [Theory]
    [InlineData(NuisanceKind.Frames)]
    [InlineData(NuisanceKind.Relaying)]
    [InlineData(NuisanceKind.Whereabouts)]
    public void what_happens_now_and_then_is_worth_no_word(NuisanceKind kind)
    {
        NuisanceBook book = new();
        int few = NuisanceLimits.WorthTelling(kind) - 1;
        for (int hour = 0; hour < 10; hour++)
        {
            Assert.Null(book.Note(s_start + TimeSpan.FromHours(hour), Node(1), kind, few));
        }

        Assert.Empty(book.Told);
        Assert.NotNull(book.Note(s_start + TimeSpan.FromHours(9), Node(1), kind, 1));
    }

    [Fact]
    public void each_member_and_kind_is_told_for_itself_and_the_book_is_bounded()
    {
        NuisanceBook book = new();
        int told = 0;
        for (int i = 0; i < NuisanceLimits.EntriesMax + 100; i++)
        {
            told += book.Note(s_start + TimeSpan.FromMilliseconds(i), Node(i), i % 2 == 0 ? NuisanceKind.Fork : NuisanceKind.Messages, 1) is null ? 0 : 1;
        }

        Assert.Equal(NuisanceLimits.EntriesMax + 100, told);
        Assert.Equal(NuisanceLimits.EntriesMax, book.Count);
        Assert.Equal(Node(NuisanceLimits.EntriesMax + 99), book.Told[0].Node);
        Assert.DoesNotContain(book.Told, nuisance => nuisance.Node == Node(0));
    }

    private static NodeId Node(int number)
    {
        byte[] bytes = new byte[NodeId.Length];
        BitConverter.TryWriteBytes(bytes, number);
        return new NodeId(bytes);
    }
}
