using Kith.Protocol.Wire;

namespace Kith.Tests.Wire;

public sealed class SpanReaderWriterTests
{
    [Fact]
    public void what_is_written_is_read_back_big_endian()
    {
        byte[] buffer = new byte[32];
        SpanWriter writer = new(buffer);
        writer.WriteByte(1);
        writer.WriteUInt16(0x0203);
        writer.WriteUInt32(0x04050607);
        writer.WriteUInt64(0x08090A0B0C0D0E0F);
        writer.WriteBytes([0x10, 0x11]);
        writer.Take(1)[0] = 0x12;
        Assert.Equal(18, writer.Position);
        Assert.Equal(Enumerable.Range(1, 18).Select(i => (byte)i), writer.Written.ToArray());

        SpanReader reader = new(writer.Written);
        Assert.True(reader.TryReadByte(out byte one));
        Assert.True(reader.TryReadUInt16(out ushort two));
        Assert.True(reader.TryReadUInt32(out uint four));
        Assert.True(reader.TryReadUInt64(out ulong eight));
        Assert.Equal((1, 0x0203, 0x04050607u, 0x08090A0B0C0D0E0Ful), (one, two, four, eight));
        Assert.Equal([0x10, 0x11, 0x12], reader.Rest.ToArray());
        Assert.True(reader.TryReadBytes(3, out ReadOnlySpan<byte> rest));
        Assert.Equal([0x10, 0x11, 0x12], rest.ToArray());
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(18, reader.Position);
    }

    [Fact]
    public void a_failed_read_moves_nothing_and_gives_nothing()
    {
        for (int length = 0; length < 8; length++)
        {
            SpanReader reader = new(Enumerable.Repeat((byte)0xFF, length).ToArray());
            Assert.False(reader.TryReadUInt64(out ulong eight));
            Assert.Equal(0ul, eight);
            Assert.Equal(0, reader.Position);
            Assert.Equal(length >= 4, reader.TryReadUInt32(out _));
        }

        SpanReader empty = new([]);
        Assert.False(empty.TryReadByte(out byte value));
        Assert.Equal(0, value);
        Assert.True(empty.TryReadBytes(0, out ReadOnlySpan<byte> nothing));
        Assert.True(nothing.IsEmpty);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void absurd_counts_are_refused(int count)
    {
        SpanReader reader = new([1, 2, 3]);
        Assert.False(reader.TryReadBytes(count, out ReadOnlySpan<byte> bytes));
        Assert.True(bytes.IsEmpty);
        Assert.Equal(3, reader.Remaining);
    }

    [Fact]
    public void running_out_of_room_is_a_defect()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpanWriter(new byte[3]).WriteUInt32(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpanWriter(new byte[3]).Take(4));
    }
}
