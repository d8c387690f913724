namespace Kith.Protocol.Discovery.Dns;

/// <summary>One question (RFC 1035 section 4.1.2).</summary>
/// <param name="Name">About which name.</param>
/// <param name="Type">Which records.</param>
/// <param name="Class">The class with, in multicast DNS, the top bit for "answer me alone" (RFC 6762 section 5.4).</param>
public sealed record DnsQuestion(DnsName Name, DnsType Type, ushort Class = DnsRecord.ClassInternet)
{
    /// <summary>Whether the asker would like the answer to itself.</summary>
    public bool WantsUnicast => (Class & DnsRecord.ClassFlag) != 0;
}
