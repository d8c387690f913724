using System.Net;
using System.Net.Sockets;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Tunnel;

namespace Kith.Lab.FastPath;

/// <summary>The fast path between two kernels, with everything and with each offload left out.</summary>
public sealed class OffloadScenarios
{
    [Fact]
    public async Task every_offload_of_this_kernel_is_in_use_and_large_packets_stay_large()
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync();
        await pair.CarryEverythingAsync();
        FastPathReport sender = pair.A.Path.Report;
        Assert.All(sender.Offloads, offload => Assert.True(offload.IsActive, offload.ToString()));
        await pair.IperfAsync("-c 100.64.0.2 -n 200M");
        FastPathReport after = pair.A.Path.Report;
        double packetsPerCall = (double)(after.PacketsSent - sender.PacketsSent) / (after.SendCalls - sender.SendCalls);
        Assert.True(packetsPerCall > 10, $"{packetsPerCall} packets per call");

        // What the kernel hands over as one piece leaves with one call.
        Assert.InRange((double)(after.SendCalls - sender.SendCalls) / (after.TunReads - sender.TunReads), 0.9, 1.1);
    }

    [Theory]
    [InlineData("send segmentation")]
    [InlineData("receive coalescing")]
    [InlineData("tun coalescing")]
    [InlineData("vector cipher")]
    [InlineData("udp offload")]
    [InlineData("tcp offload")]
    [InlineData("virtio header")]
    [InlineData("portable")]
    public async Task without_one_offload_everything_still_works(string without)
    {
        FastPathOptions options = new()
        {
            UseSendSegmentation = without != "send segmentation",
            UseReceiveCoalescing = without != "receive coalescing",
            UseTunCoalescing = without != "tun coalescing",
            UseVectorCipher = without != "vector cipher",
            UsePortableSockets = without == "portable",
        };
        TunOffloads offloads = without switch
        {
            "udp offload" => TunOffloads.Checksum | TunOffloads.Tcp,
            "tcp offload" => TunOffloads.Checksum,
            "virtio header" => TunOffloads.None,
            _ => TunOffloads.All,
        };
        await using TunnelPair pair = await TunnelPair.OpenAsync(options, offloads);
        await pair.CarryEverythingAsync();
        Assert.Contains(pair.A.Path.Report.Offloads, offload => !offload.IsActive || without == "vector cipher");
    }

    [Fact]
    public async Task ipv6_outside_carries_everything()
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync(outsideV6: true);
        await pair.CarryEverythingAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task path_too_narrow_for_segments_gets_fragments(bool outsideV6)
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync(outsideV6: outsideV6, outsideMtu: 1280);
        await pair.CarryEverythingAsync();
    }

    [Fact]
    public async Task datagrams_that_the_kernel_leaves_unsplit_arrive_whole()
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync();
        foreach (string remote in TunnelPair.Remotes)
        {
            IPAddress address = IPAddress.Parse(remote);
            using Socket receiver = await pair.HostB.InvokeAsync(() => Bind(address));
            using Socket sender = await pair.HostA.InvokeAsync(() => Bind(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any));
            const int udpSegment = 103;
            sender.SetRawSocketOption(17, udpSegment, BitConverter.GetBytes(1000));
            byte[] data = new byte[30_500];
            new Random(5).NextBytes(data);
            sender.SendTo(data, receiver.LocalEndPoint!);
            receiver.ReceiveTimeout = 5000;
            List<byte> received = [];
            byte[] buffer = new byte[65536];
            while (received.Count < data.Length)
            {
                int length = receiver.Receive(buffer);
                Assert.Equal(Math.Min(1000, data.Length - received.Count), length);
                received.AddRange(buffer.AsSpan(0, length));
            }

            Assert.Equal(data, received);
        }

        static Socket Bind(IPAddress address)
        {
            Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return socket;
        }
    }

    [Fact]
    public async Task a_stream_of_hundreds_of_thousands_of_packets_allocates_nothing()
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync();
        await Iperf.ServeAsync(pair.HostB);
        await pair.IperfAsync("-c 100.64.0.2 -n 100M");
        pair.A.Core.BeginCounting();
        pair.B.Core.BeginCounting();
        long before = pair.A.Path.Report.PacketsSent;
        await pair.IperfAsync("-c 100.64.0.2 -t 3");
        Assert.True(pair.A.Path.Report.PacketsSent - before > 100_000);
        foreach ((string thread, (long first, long last)) in pair.A.Core.Allocated.Concat(pair.B.Core.Allocated))
        {
            // What the noting itself allocates: a dictionary node for each call, two calls a second and side.
            Assert.True(last == 0 || last - first < 8192, $"{thread} allocated {last - first} bytes");
        }
    }
}
