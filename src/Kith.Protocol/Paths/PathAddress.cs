using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>
/// Endpoints that stand for a way that is no UDP address: through a relay, or over a TCP connection. They let one table hold, measure and choose among all
/// paths to a peer. They lie in the discard prefix 100::/64 (RFC 6666), mean something inside this process only, are never sent and never taken from outside.
/// </summary>
public static class PathAddress
{
    private const ushort RelayPort = 1;
    private const ushort TcpPort = 2;

    private static readonly InternetAddress Prefix = InternetAddress.FromBytes([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>The way to one peer through another that is the next hop. Both are named by the numbers of their links.</summary>
    public static InternetEndpoint Relay(int viaLink, int toLink) => Make(((ulong)(uint)viaLink << 32) | (uint)toLink, RelayPort);

    /// <summary>The way over a TCP connection that the shell holds under this number.</summary>
    public static InternetEndpoint Tcp(int connection) => Make((uint)connection, TcpPort);

    /// <summary>Whether this is an endpoint of this kind.</summary>
    public static bool IsSpecial(in InternetEndpoint endpoint) => !endpoint.Address.IsV4 && endpoint.Address.IsIn(Prefix, 64);

    /// <summary>Reads what <see cref="Relay"/> made.</summary>
    public static bool TryGetRelay(in InternetEndpoint endpoint, out int viaLink, out int toLink)
    {
        bool isRelay = TryRead(endpoint, RelayPort, out ulong value);
        viaLink = (int)(value >> 32);
        toLink = (int)(uint)value;
        return isRelay;
    }

    /// <summary>Reads what <see cref="Tcp"/> made.</summary>
    public static bool TryGetTcp(in InternetEndpoint endpoint, out int connection)
    {
        bool isTcp = TryRead(endpoint, TcpPort, out ulong value);
        connection = (int)(uint)value;
        return isTcp;
    }

    private static InternetEndpoint Make(ulong value, ushort port)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        Prefix.WriteTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], value);
        return new InternetEndpoint(InternetAddress.FromBytes(bytes), port);
    }

    private static bool TryRead(in InternetEndpoint endpoint, ushort port, out ulong value)
    {
        value = 0;
        if (endpoint.Port != port || !IsSpecial(endpoint))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        endpoint.Address.WriteTo(bytes);
        value = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        return true;
    }
}
