using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Kith.Tunnel.Interfaces;

namespace Kith.Benchmarks.Throughput;

/// <summary>
/// One end of a tunnel with the fast path alone: both keys come from a word both ends are told, so there is no handshake and no core.
/// Runs until it is told to end (SIGTERM, SIGINT) and then prints the fast path's report.
/// </summary>
internal static class StaticTunnel
{
    public const string Usage = "tunnel NAME=VALUE...: tun, secret, role (a or b), port, peer (HOST:PORT), local4, remote4, local6, remote6, mtu, without (comma list: gso gro join vector tso uso virtio portable)";

    public static int Run(string[] arguments)
    {
        Dictionary<string, string> options = arguments.Select(static a => a.Split('=', 2)).ToDictionary(static p => p[0], static p => p[1]);
        HashSet<string> without = [.. options.GetValueOrDefault("without", "").Split(',')];
        bool isA = options["role"] == "a";

        TunOffloads offloads = TunOffloads.All;
        offloads &= without.Contains("tso") ? ~TunOffloads.Tcp : TunOffloads.All;
        offloads &= without.Contains("uso") ? ~TunOffloads.Udp : TunOffloads.All;
        offloads = without.Contains("virtio") ? TunOffloads.None : offloads;
        TunDevice tun = TunDevice.Open(options["tun"], int.Parse(options.GetValueOrDefault("mtu", "1360"), CultureInfo.InvariantCulture), offloads);
        using NetworkInterfaceConfigurator configurator = tun.CreateConfigurator();

        PeerLink link = new(1)
        {
            Current = new TransportSession(isA ? 1u : 2u, isA ? 2u : 1u, Key(options["secret"], isA), Key(options["secret"], !isA), isA, default),
        };
        if (InternetEndpoint.TryParse(options.GetValueOrDefault("peer"), out InternetEndpoint endpoint))
        {
            link.Endpoint = endpoint;
        }

        Dictionary<InternetAddress, TunnelRoute> routes = [];
        foreach (string family in (string[])["4", "6"])
        {
            if (InternetAddress.TryParse(options.GetValueOrDefault("local" + family), out InternetAddress local)
                && InternetAddress.TryParse(options.GetValueOrDefault("remote" + family), out InternetAddress remote))
            {
                configurator.AddAddress(local, local.ByteCount * 8);
                configurator.AddRoute(remote, remote.ByteCount * 8, local);
                routes[remote] = new TunnelRoute(link, local);
            }
        }

        using FastPath path = new(
            new FastPathOptions
            {
                Port = ushort.Parse(options["port"], CultureInfo.InvariantCulture),
                UseSendSegmentation = !without.Contains("gso"),
                UseReceiveCoalescing = !without.Contains("gro"),
                UseTunCoalescing = !without.Contains("join"),
                UseVectorCipher = !without.Contains("vector"),
                UsePortableSockets = without.Contains("portable"),
            },
            tun, new LocalPorts(), new NoCore(link));
        path.Publish(new TunnelSnapshot(
            routes.ToFrozenDictionary(),
            new Dictionary<uint, TunnelReceiver> { [link.Current.LocalIndex] = new(link, link.Current) }.ToFrozenDictionary()));
        path.Start();
        Console.WriteLine("ready");

        using ManualResetEventSlim end = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        end.Wait();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        Print(path.Report, allocated);
        return path.Report.Faults.Count == 0 ? 0 : 1;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Set();
        }
    }

    private static byte[] Key(string secret, bool towardsB) => SHA256.HashData(Encoding.UTF8.GetBytes(secret + (towardsB ? ">" : "<")));

    private static void Print(FastPathReport report, long allocated)
    {
        Console.WriteLine($"cipher {report.Cipher}, tun reads {report.TunReads}, send calls {report.SendCalls}, packets sent {report.PacketsSent}, receive calls {report.ReceiveCalls}, "
            + $"packets received {report.PacketsReceived}, tun writes {report.TunWrites}, allocated {allocated}");
        foreach (OffloadStatus offload in report.Offloads)
        {
            Console.WriteLine($"  {offload.Name}: {(offload.IsActive ? "active" : offload.Reason)}");
        }

        foreach ((FastPathDrop reason, long count) in report.Drops)
        {
            Console.WriteLine($"  dropped {reason}: {count}");
        }

        foreach (string fault in report.Faults)
        {
            Console.WriteLine(fault);
        }
    }

    // Follows a peer that moves, as the core would; the rest of the core's work does not occur here.
    private sealed class NoCore(PeerLink link) : ICoreInbox
    {
        public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
        {
        }

        public void PostPlaintext(PeerLink from, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext)
        {
        }

        public void PostPackets(PeerLink from, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
        {
        }

        public void PostTunPacket(ReadOnlySpan<byte> packet)
        {
        }

        public void PostTraffic(PeerLink from, TransportSession session, in InternetEndpoint source, bool received)
        {
            if (received && link.Endpoint != source)
            {
                link.Endpoint = source;
            }
        }
    }
}
