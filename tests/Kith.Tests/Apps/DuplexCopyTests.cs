using System.Security.Cryptography;
using Kith.Apps.Copying;

namespace Kith.Tests.Apps;

public sealed class DuplexCopyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task each_half_ends_by_itself_and_nothing_is_lost()
    {
        (MemoryEnd client, MemoryEnd near) = MemoryEnd.Pair();
        (MemoryEnd far, MemoryEnd server) = MemoryEnd.Pair();
        Task<CopyResult> copy = DuplexCopy.RunAsync(near, far, Token);
        byte[] question = RandomNumberGenerator.GetBytes(1_000_000);
        byte[] answer = RandomNumberGenerator.GetBytes(700_000);

        Task<byte[]> asked = server.ReadAllAsync(Token);
        await client.WriteAsync(question, Token);
        await client.CompleteWritesAsync(Token);
        Assert.Equal(question, await asked);
        Assert.False(copy.IsCompleted);

        // The other half goes on after the first has ended.
        Task<byte[]> answered = client.ReadAllAsync(Token);
        await server.WriteAsync(answer, Token);
        await server.CompleteWritesAsync(Token);
        Assert.Equal(answer, await answered);
        Assert.Equal(CopyResult.Completed, await copy);
        Assert.True(near.IsDisposed && far.IsDisposed);
        Assert.False(near.IsAborted || far.IsAborted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_reset_passes_through(bool fromClient)
    {
        (MemoryEnd client, MemoryEnd near) = MemoryEnd.Pair();
        (MemoryEnd far, MemoryEnd server) = MemoryEnd.Pair();
        Task<CopyResult> copy = DuplexCopy.RunAsync(near, far, Token);
        (fromClient ? client : server).Abort();
        Assert.Equal(fromClient ? CopyResult.NearBroke : CopyResult.FarBroke, await copy);
        Assert.True(near.IsAborted && far.IsAborted);
        await Assert.ThrowsAsync<IOException>(async () => await (fromClient ? server : client).ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task calling_it_off_breaks_both()
    {
        (MemoryEnd _, MemoryEnd near) = MemoryEnd.Pair();
        (MemoryEnd far, MemoryEnd _) = MemoryEnd.Pair();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<CopyResult> copy = DuplexCopy.RunAsync(near, far, stop.Token);
        await stop.CancelAsync();
        Assert.Equal(CopyResult.Cancelled, await copy);
        Assert.True(near.IsAborted && far.IsAborted);
    }

    [Fact]
    public async Task what_was_read_ahead_comes_first()
    {
        (MemoryEnd client, MemoryEnd near) = MemoryEnd.Pair();
        PrefixedEnd end = new(near, "first"u8.ToArray());
        await client.WriteAsync(" then"u8.ToArray(), Token);
        byte[] buffer = new byte[3];
        Assert.Equal(3, await end.ReadAsync(buffer, Token));
        Assert.Equal("fir"u8.ToArray(), buffer);
        Assert.Equal(2, await end.ReadAsync(buffer, Token));
        Assert.Equal(3, await end.ReadAsync(buffer, Token));
        Assert.Equal(" th"u8.ToArray(), buffer);
    }

    [Fact]
    public void a_buffer_grows_while_much_passes_and_shrinks_afterwards()
    {
        using CopyBuffer buffer = new();
        int small = buffer.Memory.Length;
        Assert.InRange(small, CopyBuffer.BytesMin, 2 * CopyBuffer.BytesMin);
        buffer.Adapt(small);
        Assert.InRange(buffer.Memory.Length, CopyBuffer.BytesMax, 2 * CopyBuffer.BytesMax);
        for (int index = 0; index < 64; index++)
        {
            buffer.Adapt(100);
        }

        Assert.Equal(small, buffer.Memory.Length);
    }

    [Fact]
    public async Task a_chunk_allocates_nothing()
    {
        CountingEnd source = new(100_000);
        CountingEnd target = new(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(CopyResult.Completed, await DuplexCopy.RunAsync(source, target, Token));
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(100_000, target.Writes);
        Assert.InRange(bytes, 0, 400_000);
    }

    /// <summary>Has so many small chunks to say, at once; counts what it hears.</summary>
    private sealed class CountingEnd(int chunks) : IDuplexEnd
    {
        private int _left = chunks;

        public int Writes { get; private set; }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => ValueTask.FromResult(_left-- > 0 ? 100 : 0);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            Writes++;
            return ValueTask.CompletedTask;
        }

        public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Abort()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
