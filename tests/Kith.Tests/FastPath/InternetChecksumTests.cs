using Kith.Tunnel.Packets;

namespace Kith.Tests.FastPath;

public sealed unsafe class InternetChecksumTests
{
    [Fact]
    public void example_of_the_rfc_sums_to_what_it_says()
    {
        // RFC 1071 section 3: 0001 f203 f4f5 f6f7 sums to ddf2.
        using NativeBlock data = new([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]);
        ushort folded = InternetChecksum.Fold(InternetChecksum.Add(0, data.Pointer, 8));
        Assert.Equal(new byte[] { 0xDD, 0xF2 }, BitConverter.GetBytes(folded));
    }

    [Fact]
    public void every_length_and_alignment_agrees_with_the_plain_sum_and_copies_every_byte()
    {
        Random random = new(71);
        using NativeBlock source = new(400);
        for (int length = 0; length <= 300; length++)
        {
            int offset = random.Next(64);
            random.NextBytes(source.Span);
            if (length % 7 == 0)
            {
                source.Span.Fill(0xFF);
            }

            using NativeBlock copy = new(length);
            ulong sum = InternetChecksum.CopyAndAdd(0, source.Pointer + offset, copy.Pointer, length);
            ReadOnlySpan<byte> expected = source.Span.Slice(offset, length);
            Assert.True(expected.SequenceEqual(copy.Span), $"length {length}");
            Assert.Equal(sum, InternetChecksum.Add(0, source.Pointer + offset, length));
            ushort plain = TestPacket.PlainSum(expected, 0);
            byte[] folded = BitConverter.GetBytes(InternetChecksum.Fold(sum));
            Assert.Equal(plain, (ushort)((folded[0] << 8) | folded[1]));
        }
    }

    [Fact]
    public void sixty_four_kibibytes_of_ones_do_not_overflow()
    {
        using NativeBlock data = new(65536);
        data.Span.Fill(0xFF);
        Assert.Equal(0xFFFF, InternetChecksum.Fold(InternetChecksum.Add(0, data.Pointer, 65536)));
    }
}
