using Kith.Protocol.Crypto;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Tunnel;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;
using Kith.Tunnel.Threads;

namespace Kith.Tests.FastPath;

/// <summary>Where things lie in a relayed datagram: the packet path's own reading and writing against the protocol's.</summary>
public sealed unsafe class RelayLayoutTests
{
    [Fact]
    public void header_is_what_the_protocol_writes()
    {
        byte[] expected = new byte[RelayFrame.HeaderBytes + 1];
        new RelayFrame(3, 0x0102030405060708, 0xFFEEDDCCBBAA9988, [0]).Encode(expected);
        using NativeBlock block = new(RelayFrame.HeaderBytes);
        RelayLayout.WriteHeader(block.Pointer, 3, 0x0102030405060708, 0xFFEEDDCCBBAA9988);
        Assert.Equal(expected[..^1], block.Span.ToArray());
    }

    [Fact]
    public void reading_agrees_with_the_protocols_on_all_lengths_and_on_random_bytes()
    {
        Random random = new(4);
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            if (bytes.Length > 1 && trial % 4 > 0)
            {
                bytes[0] = 0x13;
                bytes[1] &= 0xF;
            }

            using NativeBlock block = new(bytes);
            bool expected = RelayFrame.TryDecode(bytes, out RelayFrame frame);
            Assert.Equal(expected, RelayLayout.TryRead(block.Pointer, bytes.Length, out byte hops, out ulong destination, out ulong source));
            Assert.Equal((frame.HopsLeft, frame.Destination, frame.Source), (hops, destination, source));
            Assert.Equal(bytes.Length > 0 && bytes[0] == 0x13, RelayLayout.IsRelay(block.Pointer, bytes.Length));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void datagrams_sealed_twice_open_twice(bool vectors)
    {
        using PacketCipher cipher = PacketCipher.Create(vectors);
        using ChaChaPoly plain = new();
        byte[] innerKey = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
        byte[] outerKey = [.. Enumerable.Range(90, 32).Select(static i => (byte)i)];
        foreach (int last in (int[])[0, 96, 1360])
        {
            for (int count = 1; count <= 40; count++)
            {
                const int stride = 1360 + RelayLayout.OverheadBytes;
                int length = ((count - 1) * stride) + last + RelayLayout.OverheadBytes;
                using NativeBlock block = new(length);
                new Random(count).NextBytes(block.Span);
                byte[] before = block.Span.ToArray();
                cipher.Seal(
                    innerKey, 5, block.Pointer + RelayLayout.InnerOffset, length - RelayLayout.ExtraBytes, stride - RelayLayout.ExtraBytes, RelayLayout.ExtraBytes);
                cipher.Seal(outerKey, 700, block.Pointer, length, stride);
                for (int i = 0; i < count; i++)
                {
                    int packetBytes = i == count - 1 ? last : 1360;
                    int start = i * stride;
                    byte[] frame = block.Span.Slice(start + RelayLayout.FrameOffset, packetBytes + RelayLayout.OverheadBytes - RelayLayout.FrameOffset).ToArray();
                    Assert.True(plain.TryOpen(outerKey, 700 + (ulong)i, default, frame, frame));
                    Assert.Equal(before.AsSpan(start + RelayLayout.FrameOffset, 34), frame.AsSpan(0, 34));
                    byte[] inner = frame[34..^16];
                    Assert.True(plain.TryOpen(innerKey, 5 + (ulong)i, default, inner, inner));
                    Assert.Equal(before.AsSpan(start + RelayLayout.PacketOffset, packetBytes), inner.AsSpan(0, packetBytes));
                }
            }
        }
    }

    [Fact]
    public void the_default_packet_size_fits_ethernet_through_a_relay()
    {
        Assert.True(PeerLink.DefaultMtuBytes + RelayLayout.OverheadBytes + 8 + 40 <= 1500);
        Assert.Equal(82, RelayLayout.OverheadBytes);
        Assert.Equal(45, SendWay.BatchMax(PeerLink.DefaultMtuBytes + RelayLayout.OverheadBytes));
    }
}
