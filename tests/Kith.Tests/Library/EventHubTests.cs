using Kith.Node;
using Kith.Node.Control;

namespace Kith.Tests.Library;

public class EventHubTests
{
    [Fact]
    public async Task everybody_who_listens_is_told_from_the_moment_the_enumerator_is_there()
    {
        EventHub hub = new();
        hub.Publish(Numbered(0));
        await using IAsyncEnumerator<KithEvent> first = hub.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        hub.Publish(Numbered(1));
        await using IAsyncEnumerator<KithEvent> second = hub.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        hub.Publish(Numbered(2));
        hub.Close();
        Assert.Equal([Numbered(1), Numbered(2)], await RestAsync(first));
        Assert.Equal([Numbered(2)], await RestAsync(second));
    }

    [Fact]
    public async Task a_reader_that_is_too_slow_loses_the_oldest_and_is_told_how_many()
    {
        EventHub hub = new();
        await using IAsyncEnumerator<KithEvent> slow = hub.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (int i = 1; i <= EventQueue.EventsMax + 5; i++)
        {
            hub.Publish(Numbered(i));
        }

        hub.Close();
        List<KithEvent> seen = await RestAsync(slow);
        Assert.Equal(new KithEvent.Missed(5), seen[0]);
        Assert.Equal(EventQueue.EventsMax + 1, seen.Count);
        Assert.Equal(Numbered(6), seen[1]);
        Assert.Equal(Numbered(EventQueue.EventsMax + 5), seen[^1]);
    }

    [Fact]
    public async Task an_enumeration_ends_with_its_token_and_leaves_its_place()
    {
        EventHub hub = new();
        using CancellationTokenSource end = new();
        IAsyncEnumerator<KithEvent> reader = hub.GetAsyncEnumerator(end.Token);
        ValueTask<bool> next = reader.MoveNextAsync();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await reader.DisposeAsync();
        Assert.Equal(0, hub.Count);
    }

    [Fact]
    public void no_more_than_the_maximum_may_listen()
    {
        EventHub hub = new();
        List<IAsyncEnumerator<KithEvent>> readers = [.. Enumerable.Range(0, EventHub.ListenersMax).Select(_ => hub.GetAsyncEnumerator(TestContext.Current.CancellationToken))];
        Assert.Equal(ControlError.LimitReached, Assert.Throws<ControlException>(() => hub.GetAsyncEnumerator(TestContext.Current.CancellationToken)).Error);
        Assert.Equal(EventHub.ListenersMax, readers.Count);
    }

    [Fact]
    public async Task after_the_end_an_enumeration_is_empty()
    {
        EventHub hub = new();
        hub.Close();
        await using IAsyncEnumerator<KithEvent> late = hub.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.Empty(await RestAsync(late));
    }

    private static KithEvent.MemberAdded Numbered(int number) => new(TestView.Member(1, $"device-{number}"));

    private static async Task<List<KithEvent>> RestAsync(IAsyncEnumerator<KithEvent> reader)
    {
        List<KithEvent> rest = [];
        while (await reader.MoveNextAsync())
        {
            rest.Add(reader.Current);
        }

        return rest;
    }
}
