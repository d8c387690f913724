using System.Buffers.Binary;
using System.Net;

namespace Kith.Apps.Proxying.Socks;

/// <summary>The answer to a request (RFC 1928 section 6).</summary>
internal static class SocksReply
{
    /// <summary>The bytes of an answer. The address is where the connection leaves from; clients of CONNECT do not use it.</summary>
    public static byte[] Encode(SocksReplyCode code, IPEndPoint? from = null)
    {
        byte[] address = (from?.Address ?? IPAddress.Any).GetAddressBytes();
        byte[] reply = new byte[4 + address.Length + 2];
        reply[0] = SocksGreeting.Version;
        reply[1] = (byte)code;
        reply[3] = address.Length == 4 ? (byte)1 : (byte)4;
        address.CopyTo(reply, 4);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(4 + address.Length), (ushort)(from?.Port ?? 0));
        return reply;
    }
}
