using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Icmp;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Published vectors, and the ones that docs/protocol/40-netstack.md prints.</summary>
public sealed class NetstackVectorTests
{
    private static readonly InternetAddress s_client = StackPair.Parse("fd00::1");
    private static readonly InternetAddress s_server = StackPair.Parse("fd00::2");

    [Fact]
    public void checksum_is_that_of_rfc_1071()
    {
        byte[] data = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];
        Assert.Equal(0xDDF2, InternetChecksum.Fold(InternetChecksum.Add(0, data)));
    }

    [Fact]
    public void checksum_of_any_length_is_the_plain_sum()
    {
        TestRandom random = new(1);
        byte[] data = new byte[3000];
        random.Fill(data);
        for (int length = 0; length < data.Length; length++)
        {
            uint sum = 0;
            for (int i = 0; i < length; i++)
            {
                sum += (uint)(data[i] << (i % 2 == 0 ? 8 : 0));
            }

            while (sum > 0xFFFF)
            {
                sum = (sum & 0xFFFF) + (sum >> 16);
            }

            Assert.Equal((ushort)sum, InternetChecksum.Fold(InternetChecksum.Add(0, data.AsSpan(0, length))));
        }
    }

    [Fact]
    public void hash_is_siphash_2_4()
    {
        SipHash hash = new(0x0706050403020100, 0x0F0E0D0C0B0A0908);
        Assert.Equal(0x726FDB47DD0E0E31u, hash.Hash([]));
        Assert.Equal(0x93F5F5799A932462u, hash.Hash([0x0706050403020100]));
    }

    [Fact]
    public void syn_over_ipv6_is_as_printed()
    {
        TcpOptions options = new() { MaximumSegmentSize = 1360, HasWindowScale = true, WindowScale = 7, SackPermitted = true, HasTimestamps = true, TimestampValue = 0x01020304 };
        byte[] packet = new byte[100];
        int length = TcpWriter.WriteControl(packet, new ConnectionKey(s_client, s_server, 61000, 5484), 0x11223344, 0, TcpFlags.Syn, 65535, options);
        Assert.Equal(
            "60000000002c0640fd000000000000000000000000000001fd000000000000000000000000000002"
            + "ee48156c1122334400000000b002fffff03800000204055001030307010104020101080a0102030400000000",
            Convert.ToHexStringLower(packet.AsSpan(0, length)));
    }

    [Fact]
    public void acknowledgment_with_sack_over_ipv4_is_as_printed()
    {
        TcpOptions options = new() { HasTimestamps = true, TimestampValue = 7, TimestampEcho = 9 };
        options.AddBlock(new SackBlock(3000, 4000));
        byte[] packet = new byte[100];
        ConnectionKey key = new(StackPair.Parse("10.0.0.2"), StackPair.Parse("10.0.0.1"), 5484, 61000);
        int length = TcpWriter.WriteControl(packet, key, 1000, 2000, TcpFlags.Acknowledge, 512, options);
        Assert.Equal(
            "4500004000004000400626b60a0000020a000001156cee48000003e8000007d0b0100200ffce0000"
            + "0101080a00000007000000090101050a00000bb800000fa0",
            Convert.ToHexStringLower(packet.AsSpan(0, length)));
    }

    [Fact]
    public void datagram_over_ipv6_is_as_printed()
    {
        byte[] packet = new byte[100];
        int length = UdpDatagram.Write(packet, new InternetEndpoint(s_client, 61000), new InternetEndpoint(s_server, 53), "kith"u8);
        Assert.Equal(
            "60000000000c1140fd000000000000000000000000000001fd000000000000000000000000000002"
            + "ee480035000c3782",
            Convert.ToHexStringLower(packet.AsSpan(0, length)));
    }

    [Fact]
    public void echo_request_over_ipv6_is_as_printed()
    {
        byte[] packet = new byte[100];
        int length = IcmpMessage.Write(packet, s_client, s_server, 128, 0, 0x00070009, "kith"u8);
        Assert.Equal(
            "60000000000c3a40fd000000000000000000000000000001fd000000000000000000000000000002"
            + "8000a5d200070009",
            Convert.ToHexStringLower(packet.AsSpan(0, length)));
    }
}
