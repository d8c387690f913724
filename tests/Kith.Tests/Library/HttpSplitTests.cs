using System.Text;
using Kith.Node;
using Kith.Node.Kestrel;
using Kith.Tests.Apps;

namespace Kith.Tests.Library;

/// <summary>Connections that wait to be told apart, and to be taken, have a maximum each.</summary>
public sealed class HttpSplitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task who_says_nothing_holds_one_of_so_many_places_and_further_ones_are_reset()
    {
        MemoryNetwork network = new("nas", "laptop");
        await using HttpSplit split = new(await network["nas"].ListenAsync(80, Token));
        List<KithStream> silent = await DialAsync(network, HttpSplit.WaitingMax);
        await using KithStream further = await network["laptop"].DialAsync("nas", 80, Token);
        await Assert.ThrowsAsync<IOException>(() => further.ReadAsync(new byte[1], Token).AsTask());

        // Whoever speaks makes room, and is the one that is taken.
        await silent[7].WriteAsync(Encoding.ASCII.GetBytes("GET"), Token);
        Assert.NotNull(await split.AcceptAsync(HttpPart.Http1, Token));
        await AbortAsync(silent);
    }

    [Fact]
    public async Task who_is_not_taken_holds_one_of_so_many_places_and_further_ones_are_reset()
    {
        MemoryNetwork network = new("nas", "laptop");
        await using HttpSplit split = new(await network["nas"].ListenAsync(80, Token));
        List<KithStream> waiting = await DialAsync(network, HttpSplit.WaitingMax + 1);
        int reset = 0;
        foreach (KithStream stream in waiting)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n"), Token);
        }

        // Nobody takes any: one of them has no place, and hears so.
        Task<int>[] reads = [.. waiting.Select(stream => stream.ReadAsync(new byte[1], Token).AsTask())];
        await Assert.ThrowsAsync<IOException>(async () => await await Task.WhenAny(reads));
        for (int i = 0; i < HttpSplit.WaitingMax; i++)
        {
            Assert.NotNull(await split.AcceptAsync(HttpPart.Http1, Token));
        }

        reset += reads.Count(static read => read.IsFaulted);
        Assert.Equal(1, reset);
        await AbortAsync(waiting);
    }

    private static async Task<List<KithStream>> DialAsync(MemoryNetwork network, int count)
    {
        List<KithStream> streams = [];
        for (int i = 0; i < count; i++)
        {
            streams.Add(await network["laptop"].DialAsync("nas", 80, Token));
        }

        return streams;
    }

    private static async Task AbortAsync(List<KithStream> streams)
    {
        foreach (KithStream stream in streams)
        {
            stream.Abort();
            await stream.DisposeAsync();
        }
    }
}
