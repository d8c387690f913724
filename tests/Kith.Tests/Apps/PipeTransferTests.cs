using System.Security.Cryptography;
using Kith.Apps.Piping;

namespace Kith.Tests.Apps;

public sealed class PipeTransferTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task any_bytes_of_any_number_pass_both_ways()
    {
        using Rig rig = new();
        byte[] there = RandomNumberGenerator.GetBytes(3_000_001);
        byte[] back = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];
        Task write = WriteAsync(rig.LeftUser, there);
        Task writeBack = WriteAsync(rig.RightUser, back);
        Task<byte[]> received = rig.RightUser.ReadAllAsync(Token);
        Assert.Equal(back, await rig.LeftUser.ReadAllAsync(Token));
        Assert.Equal(there, await received);
        await Task.WhenAll(write, writeBack);
        Assert.Equal(PipeEnding.Complete, await rig.Left);
        Assert.Equal(PipeEnding.Complete, await rig.Right);
        Assert.Equal((there.Length, back.Length), (rig.LeftTransfer.SentBytes, rig.LeftTransfer.ReceivedBytes));
    }

    [Fact]
    public async Task a_broken_connection_is_no_end()
    {
        using Rig rig = new();
        await rig.LeftUser.WriteAsync("some"u8.ToArray(), Token);
        Assert.Equal("some"u8.ToArray(), await rig.RightUser.ReadExactlyAsync(4, Token));
        rig.LeftStream.Abort();
        Assert.Equal(PipeEnding.Lost, await rig.Left);
        Assert.Equal(PipeEnding.Lost, await rig.Right);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task a_stream_that_merely_ends_is_no_end(int bytes)
    {
        (MemoryEnd stream, MemoryEnd other) = MemoryEnd.Pair();
        (MemoryEnd _, MemoryEnd local) = MemoryEnd.Pair();
        using PipeTransfer transfer = new(stream, local, inputMayNeverEnd: false);
        await other.WriteAsync(new byte[] { 0, 0, 0, 2, 1, 1 }.AsMemory(0, bytes), Token);
        await other.CompleteWritesAsync(Token);
        Assert.Equal(PipeEnding.Lost, await transfer.RunAsync(Token));
    }

    [Fact]
    public async Task an_output_that_was_closed_is_told_to_the_other_end()
    {
        using Rig rig = new();
        rig.RightUser.StopReading();
        Task write = WriteAsync(rig.LeftUser, new byte[10_000_000]);
        Assert.Equal(PipeEnding.OtherOutputClosed, await rig.Left);
        Assert.Equal(PipeEnding.OutputClosed, await rig.Right);
        rig.LeftLocal.Abort();
        await Assert.ThrowsAsync<IOException>(() => write);
    }

    [Fact]
    public async Task nobody_waits_for_a_person_who_has_nothing_to_say()
    {
        using Rig rig = new(rightMayNeverEnd: true);
        await WriteAsync(rig.LeftUser, "all"u8.ToArray());
        Assert.Equal("all"u8.ToArray(), await rig.RightUser.ReadAllAsync(Token));
        Assert.Equal(PipeEnding.Complete, await rig.Left);
        Assert.Equal(PipeEnding.Complete, await rig.Right);
    }

    [Theory]
    [InlineData(0u, true)]
    [InlineData((uint)PipeFrame.DataBytesMax, true)]
    [InlineData(PipeFrame.DataBytesMax + 1u, false)]
    [InlineData(PipeFrame.Broken, true)]
    [InlineData(PipeFrame.Delivered, true)]
    [InlineData(0x8000_0000u, false)]
    public void frames_have_a_maximum(uint head, bool isHead)
    {
        byte[] bytes = new byte[4];
        PipeFrame.EncodeHead(bytes, head);
        Assert.Equal(isHead, PipeFrame.TryDecodeHead(bytes, out uint read));
        Assert.True(!isHead || read == head);
        Assert.False(PipeFrame.TryDecodeHead(bytes.AsSpan(1), out _));
    }

    private static async Task WriteAsync(MemoryEnd user, byte[] bytes)
    {
        await user.WriteAsync(bytes, Token);
        await user.CompleteWritesAsync(Token);
    }

    /// <summary>Two ends of a pipe, and the user at each.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly PipeTransfer _right;

        public Rig(bool rightMayNeverEnd = false)
        {
            (LeftUser, LeftLocal) = MemoryEnd.Pair();
            (RightUser, MemoryEnd rightLocal) = MemoryEnd.Pair();
            (LeftStream, MemoryEnd rightStream) = MemoryEnd.Pair();
            LeftTransfer = new PipeTransfer(LeftStream, LeftLocal, inputMayNeverEnd: false);
            _right = new PipeTransfer(rightStream, rightLocal, rightMayNeverEnd);
            Left = LeftTransfer.RunAsync(Token);
            Right = _right.RunAsync(Token);
        }

        public MemoryEnd LeftUser { get; }

        public MemoryEnd LeftLocal { get; }

        public MemoryEnd RightUser { get; }

        public MemoryEnd LeftStream { get; }

        public PipeTransfer LeftTransfer { get; }

        public Task<PipeEnding> Left { get; }

        public Task<PipeEnding> Right { get; }

        public void Dispose()
        {
            LeftTransfer.Dispose();
            _right.Dispose();
        }
    }
}
