using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>The four messages as bytes.</summary>
public sealed class TunnelMessageTests
{
    public static TheoryData<byte, int> Lengths => new()
    {
        { 1, InitiationMessage.Length }, { 2, ResponseMessage.Length }, { 3, CookieReplyMessage.Length },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void accepted_message_encodes_to_the_same_bytes(byte type, int length)
    {
        byte[] bytes = new byte[length];
        new SeededRandom(3).Fill(bytes);
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (type, 0, 0, 0);
        Assert.Equal(bytes, Reencode(bytes));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void other_lengths_and_types_are_refused(byte type, int length)
    {
        for (int other = 0; other < 200; other++)
        {
            byte[] bytes = new byte[other];
            if (other > 0)
            {
                bytes[0] = type;
            }

            Assert.Equal(other == length, Reencode(bytes) is not null);
        }

        for (int offset = 0; offset < 4; offset++)
        {
            byte[] bytes = new byte[length];
            bytes[0] = type;
            bytes[offset] ^= 0x10;
            Assert.Null(Reencode(bytes));
        }
    }

    [Fact]
    public void transport_header_is_as_in_the_paper()
    {
        byte[] datagram = new byte[TransportHeader.OverheadBytes];
        Assert.Equal(16, new TransportHeader(0x04030201, 0x0807060504030201).Encode(datagram));
        Assert.Equal("04000000010203040102030405060708", Convert.ToHexStringLower(datagram.AsSpan(0, 16)));
        Assert.True(TransportHeader.TryDecode(datagram, out TransportHeader header));
        Assert.Equal(new TransportHeader(0x04030201, 0x0807060504030201), header);
        Assert.False(TransportHeader.TryDecode(datagram.AsSpan(0, 31), out _));
    }

    [Theory]
    [InlineData(0x45, 1, 16)]
    [InlineData(0x60, 16, 16)]
    [InlineData(0x60, 1353, 1360)]
    [InlineData(0x10, 33, 33)]
    [InlineData(0x13, 1378, 1378)]
    public void internet_packets_are_padded_and_frames_are_not(byte first, int length, int expected)
    {
        byte[] plaintext = new byte[length];
        plaintext[0] = first;
        Assert.Equal(expected, TransportHeader.PaddedLength(plaintext));
        Assert.Equal(0, TransportHeader.PaddedLength(default));
    }

    [Fact]
    public void timestamp_is_tai64n()
    {
        byte[] bytes = new byte[Tai64n.Length];
        Tai64n.FromUnixMilliseconds(1_600_000_000_250).Encode(bytes);
        Assert.Equal("400000005f5e100a0ee6b280", Convert.ToHexStringLower(bytes));
        Assert.True(Tai64n.TryDecode(bytes, out Tai64n decoded));
        Assert.Equal(Tai64n.FromUnixMilliseconds(1_600_000_000_250), decoded);
        Assert.False(Tai64n.TryDecode(bytes.AsSpan(1), out _));
    }

    private static byte[]? Reencode(byte[] bytes)
    {
        byte[] output = new byte[bytes.Length];
        if (InitiationMessage.TryDecode(bytes, out InitiationMessage initiation))
        {
            Assert.Equal(output.Length, initiation.Encode(output));
        }
        else if (ResponseMessage.TryDecode(bytes, out ResponseMessage response))
        {
            Assert.Equal(output.Length, response.Encode(output));
        }
        else if (CookieReplyMessage.TryDecode(bytes, out CookieReplyMessage cookie))
        {
            Assert.Equal(output.Length, cookie.Encode(output));
        }
        else
        {
            return null;
        }

        return output;
    }
}
