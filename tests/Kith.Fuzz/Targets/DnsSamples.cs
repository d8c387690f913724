using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>Messages of every shape, and the words that mean something in them.</summary>
internal static class DnsSamples
{
    public static IEnumerable<byte[]> Dictionary =>
    [
        [0xC0, 0x0C], [0xC0, 0x00], [0xFF, 0xFF], [0x00], [0x3F], [0x40], [0x80, 0x01], [0, 12, 0, 1], [0, 16, 0x80, 1], [0, 33, 0, 1], [0, 41, 0x10, 0], [0, 255, 0, 255],
        .. new[] { "_kith", "_udp", "local", "kith", "home", "laptop", "arpa", "in-addr", "ip6", "v=1", "t=" }.Select(FuzzText.Bytes),
    ];

    public static InternetAddress V4 => InternetAddress.FromBytes([100, 64, 17, 1]);

    public static InternetAddress V6 => InternetAddress.FromBytes([0xFD, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    public static NameTable Names => new("kith", [new NamedNetwork("home", [new InternetPrefix(V4, 20), new InternetPrefix(V6, 48)], [V6], [new NamedDevice("laptop", [V4, V6]), new NamedDevice("pi", [V4])])]);

    public static LanNetwork Network => new(new NetworkId([.. Enumerable.Repeat((byte)1, 32)]), [.. Enumerable.Repeat((byte)2, 32)]);

    public static LanInvite Invite => new(Network.Id, new Bytes32([.. Enumerable.Repeat((byte)3, 32)]));

    public static NodeId Node(byte number) => new([.. Enumerable.Repeat(number, 32)]);

    /// <summary>Queries that a resolver sends.</summary>
    public static IEnumerable<byte[]> Queries()
    {
        string[] names = ["laptop.home.kith", "laptop", "nobody.home.kith", "kith", "example.org", ReverseName.Of(V4).ToString(), ReverseName.Of(V6).ToString()];
        foreach (string name in names)
        {
            foreach (DnsType type in new[] { DnsType.A, DnsType.Aaaa, DnsType.Pointer, DnsType.StartOfAuthority, DnsType.Any })
            {
                DnsRecord[] options = type == DnsType.A ? [new DnsRecord(DnsName.Root, DnsType.Options, 1232, 0, [])] : [];
                yield return Encode(new DnsMessage { Id = 7, Flags = DnsFlags.RecursionDesired, Questions = [new DnsQuestion(DnsName.Parse(name), type)], Additionals = options });
            }
        }
    }

    /// <summary>What two members and a newcomer say on the local network.</summary>
    public static IEnumerable<byte[]> LanDatagrams()
    {
        byte[] buffer = new byte[LanDiscovery.DatagramBytesMax];
        for (byte number = 10; number < 13; number++)
        {
            LanDiscovery machine = NewMachine(number);
            if (number == 12)
            {
                machine.SetNetworks([]);
                machine.BeginJoin(Invite);
            }

            machine.HandleTimeout(new Instant(1));
            while (machine.TryGetTransmit(buffer, out LanTransmit transmit))
            {
                yield return buffer[..transmit.Length];
            }

            machine.Stop(new Instant(2));
            while (machine.TryGetTransmit(buffer, out LanTransmit goodbye))
            {
                yield return buffer[..goodbye.Length];
            }
        }

        yield return Encode(new DnsMessage { Questions = [new DnsQuestion(LanNames.ServiceTypes, DnsType.Pointer), new DnsQuestion(LanNames.Service, DnsType.Pointer, 0x8001)] });
    }

    public static LanDiscovery NewMachine(byte number)
    {
        LanDiscovery machine = new(Node(number), new LanOptions(), new FuzzSource(number));
        machine.SetPort(5484);
        machine.SetAddresses([V4, V6]);
        machine.SetNetworks([Network]);
        machine.SetInvites([Invite]);
        return machine;
    }

    private static byte[] Encode(DnsMessage message)
    {
        byte[] buffer = new byte[DnsMessage.BytesMax];
        return buffer[..message.Encode(buffer)];
    }

    /// <summary>Repeatable bytes.</summary>
    private sealed class FuzzSource(byte seed) : RandomSource
    {
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}
