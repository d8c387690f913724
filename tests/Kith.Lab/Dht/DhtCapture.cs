using System.Net;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Dht;

/// <summary>All that passes the core between anybody and the nodes of a DHT, as an observer there writes it down with tcpdump.</summary>
internal sealed class DhtCapture
{
    private const string Directory = "/run/lab/captures";
    private const int GlobalHeaderBytes = 24;
    private const int RecordHeaderBytes = 16;
    private const int EthernetBytes = 14;
    private const int UdpBytes = 8;

    private readonly LabHost _core;
    private readonly string _file;
    private readonly LabProcess _tcpdump;

    private DhtCapture(LabHost core, string file, LabProcess tcpdump)
    {
        _core = core;
        _file = file;
        _tcpdump = tcpdump;
    }

    /// <summary>Begins to write down.</summary>
    public static async Task<DhtCapture> StartAsync(LabInternet internet, DhtSwarm swarm, string name)
    {
        LabInterface port = internet.Core.Interfaces.First(port => port.Switch == swarm.Host.Interfaces[0].Switch);
        string file = $"{Directory}/{name}.pcap";
        await internet.Core.RunAsync($"mkdir -p {Directory}");
        LabProcess tcpdump = internet.Core.Start($"tcpdump -Z root -i {port.Name} -U -s 0 -B 8192 -w {file} udp and not icmp");
        await tcpdump.WaitForLineAsync("listening on", TimeSpan.FromSeconds(20));
        return new DhtCapture(internet.Core, file, tcpdump);
    }

    /// <summary>Ends it and returns the datagrams between hosts and DHT nodes.</summary>
    public async Task<IReadOnlyList<DhtDatagram>> StopAsync()
    {
        await _tcpdump.StopAsync(LabSignal.Interrupt);
        Assert.Matches("[^0-9]0 packets dropped by kernel", "\n" + _tcpdump.Output);
        byte[] bytes = Convert.FromBase64String((await _core.RunAsync($"base64 -w0 {_file}", TimeSpan.FromSeconds(60))).EnsureSuccess().Text);
        Assert.Equal(0xA1B2C3D4, BitConverter.ToUInt32(bytes));
        List<DhtDatagram> datagrams = [];
        for (int at = GlobalHeaderBytes; at + RecordHeaderBytes <= bytes.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at + 8);
            ReadOnlySpan<byte> frame = bytes.AsSpan(at + RecordHeaderBytes, length);
            at += RecordHeaderBytes + length;
            if (Read(frame) is { } datagram)
            {
                datagrams.Add(datagram);
            }
        }

        return datagrams;
    }

    private static DhtDatagram? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetBytes + 20 + UdpBytes || frame[12] != 8 || frame[13] != 0)
        {
            return null;
        }

        ReadOnlySpan<byte> packet = frame[EthernetBytes..];
        ReadOnlySpan<byte> udp = packet[((packet[0] & 15) * 4)..];
        int length = (udp[4] << 8) | udp[5];
        return new DhtDatagram(new IPAddress(packet.Slice(12, 4)), new IPAddress(packet.Slice(16, 4)), udp[UdpBytes..length].ToArray());
    }
}
