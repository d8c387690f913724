using Kith.Protocol.Relay;

namespace Kith.Tests.Relay;

/// <summary>The frame around a packet on its way through a member.</summary>
public sealed class RelayFrameTests
{
    private static readonly byte[] Datagram = Convert.FromHexString("040000000d0000000700000000000000");

    [Fact]
    public void vector_of_the_protocol_document()
    {
        Assert.Equal("1301112233445566778899aabbccddeeff00040000000d0000000700000000000000", Convert.ToHexStringLower(Encoded(1)));
    }

    [Fact]
    public void frame_comes_back_as_it_went()
    {
        Assert.True(RelayFrame.TryDecode(Encoded(RelayFrame.HopsMax), out RelayFrame relay));
        Assert.Equal(RelayFrame.HopsMax, relay.HopsLeft);
        Assert.Equal(0x1122334455667788UL, relay.Destination);
        Assert.Equal(0x99AABBCCDDEEFF00UL, relay.Source);
        Assert.True(relay.Datagram.SequenceEqual(Datagram));
    }

    [Fact]
    public void frame_with_more_hops_than_the_maximum_is_refused()
    {
        byte[] frame = Encoded(1);
        frame[RelayFrame.HopsOffset] = RelayFrame.HopsMax + 1;
        Assert.False(RelayFrame.TryDecode(frame, out _));
    }

    [Fact]
    public void frame_that_carries_nothing_or_is_cut_short_is_refused()
    {
        byte[] frame = Encoded(1);
        for (int length = 0; length <= RelayFrame.HeaderBytes; length++)
        {
            Assert.False(RelayFrame.TryDecode(frame.AsSpan(0, length), out _));
        }

        Assert.True(RelayFrame.TryDecode(frame.AsSpan(0, RelayFrame.HeaderBytes + 1), out _));
    }

    private static byte[] Encoded(byte hops)
    {
        byte[] frame = new byte[RelayFrame.HeaderBytes + Datagram.Length];
        Assert.Equal(frame.Length, new RelayFrame(hops, 0x1122334455667788, 0x99AABBCCDDEEFF00, Datagram).Encode(frame));
        return frame;
    }
}
