using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Lan;

/// <summary>Announcements of somebody who holds no key.</summary>
internal static class LanIdentityForge
{
    public static void Announce(RandomSource random, Span<byte> buffer, out int length)
    {
        byte[] label = System.Text.Encoding.ASCII.GetBytes(random.NextUInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
        byte[] tag = new byte[LanTag.Bytes];
        random.Fill(tag);
        DnsName instance = LanNames.Service.Prepend(label);
        DnsMessage message = new()
        {
            Flags = DnsFlags.Response,
            Answers =
            [
                DnsRecord.Pointer(LanNames.Service, 120, instance),
                DnsRecord.ForService(instance, 120, 5484, LanNames.Local.Prepend(label)),
                new DnsRecord(instance, DnsType.Text, DnsRecord.ClassInternet, 120, LanText.Encode([tag])),
            ],
        };
        length = message.Encode(buffer);
    }
}
