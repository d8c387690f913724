using System.Buffers;
using Kith.Node.Streams.Socket;

namespace Kith.Tests.Streams;

/// <summary>The frames in which a stream crosses the control socket.</summary>
public sealed class FrameChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The vectors of docs/protocol/82-streams.md.</summary>
    [Fact]
    public async Task vectors()
    {
        using MemoryStream connection = new();
        FrameChannel channel = new(connection);
        await channel.WriteAsync(new ReadOnlySequence<byte>("kith"u8.ToArray()), Token);
        await channel.WriteAsync(StreamFrameType.End, "", Token);
        await channel.WriteAsync(StreamFrameType.Done, "", Token);
        await channel.WriteAsync(StreamFrameType.Broken, "gone", Token);
        Assert.Equal("00000004" + "6B697468" + "01000000" + "02000000" + "03000004" + "676F6E65", Convert.ToHexString(connection.ToArray()));
    }

    [Fact]
    public async Task what_is_written_is_read_however_it_is_cut()
    {
        using MemoryStream connection = new();
        FrameChannel writer = new(connection);
        byte[] bytes = [.. Enumerable.Range(0, 600_000).Select(i => (byte)(i * 3))];
        await writer.WriteAsync(new ReadOnlySequence<byte>(bytes), Token);
        await writer.WriteAsync(StreamFrameType.Broken, "gone", Token);
        FrameChannel reader = new(new Dripping(connection.ToArray()));
        MemoryStream read = new();
        byte[] piece = new byte[7777];
        while (true)
        {
            await reader.WaitAsync(Token);
            (StreamFrameType type, int count) = await reader.ReadAsync(piece, Token);
            if (type == StreamFrameType.Broken)
            {
                Assert.Equal("gone", reader.Reason);
                break;
            }

            Assert.InRange(count, 1, piece.Length);
            read.Write(piece, 0, count);
        }

        Assert.Equal(bytes, read.ToArray());
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("0003FFFD")]
    [InlineData("01000001")]
    [InlineData("02000001")]
    [InlineData("03000201")]
    [InlineData("04000000")]
    [InlineData("FFFFFFFF")]
    public async Task what_is_no_frame_breaks_the_stream(string hex)
    {
        FrameChannel channel = new(new MemoryStream(Convert.FromHexString(hex + "00")));
        await Assert.ThrowsAsync<IOException>(async () => await channel.ReadAsync(new byte[1], Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("00000004")]
    [InlineData("03000004676F")]
    public async Task every_early_end_breaks_the_stream(string hex)
    {
        FrameChannel channel = new(new MemoryStream(Convert.FromHexString(hex)));
        await Assert.ThrowsAsync<IOException>(async () => await channel.ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task reason_of_a_break_is_cut_to_its_maximum()
    {
        using MemoryStream connection = new();
        await new FrameChannel(connection).WriteAsync(StreamFrameType.Broken, new string('x', 5000), Token);
        Assert.Equal(StreamFrame.HeaderBytes + StreamFrame.ReasonBytesMax, connection.Length);
    }

    /// <summary>Gives its bytes in pieces of one to a few thousand.</summary>
    private sealed class Dripping(byte[] bytes) : MemoryStream(bytes)
    {
        private int _turn;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (_turn++ * 7919 % 3001))], cancellationToken);
    }
}
