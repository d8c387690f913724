using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Linux;

/// <summary>struct sockaddr_in or sockaddr_in6, whichever <see cref="Family"/> says.</summary>
[StructLayout(LayoutKind.Explicit, Size = 28)]
internal struct NativeAddress
{
    /// <summary>Bytes of sockaddr_in.</summary>
    public const uint V4Bytes = 16;

    /// <summary>Bytes of sockaddr_in6; the most this structure holds.</summary>
    public const uint V6Bytes = 28;

    [FieldOffset(0)]
    public ushort Family;

    [FieldOffset(2)]
    private ushort _portNetworkOrder;

    [FieldOffset(4)]
    private uint _v4NetworkOrder;

    [FieldOffset(8)]
    private ulong _v6First;

    [FieldOffset(16)]
    private ulong _v6Second;

    [FieldOffset(24)]
    private uint _scope;

    /// <summary>How many bytes the system expects for the family.</summary>
    public readonly uint Length => Family == Libc.AfInet ? V4Bytes : V6Bytes;

    /// <summary>The port in host order.</summary>
    public readonly ushort Port => BinaryPrimitives.ReverseEndianness(_portNetworkOrder);

    /// <summary>The wildcard address of a family.</summary>
    public static NativeAddress Any(int family, ushort port) =>
        new() { Family = (ushort)family, _portNetworkOrder = BinaryPrimitives.ReverseEndianness(port) };

    /// <summary>The system's form of an endpoint.</summary>
    public static NativeAddress From(in InternetEndpoint endpoint)
    {
        NativeAddress native = Any(endpoint.Address.IsV4 ? Libc.AfInet : Libc.AfInet6, endpoint.Port);
        if (endpoint.Address.IsV4)
        {
            native._v4NetworkOrder = BinaryPrimitives.ReverseEndianness(endpoint.Address.V4Value);
        }
        else
        {
            Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
            endpoint.Address.WriteTo(bytes);
            native._v6First = MemoryMarshal.Read<ulong>(bytes);
            native._v6Second = MemoryMarshal.Read<ulong>(bytes[8..]);
            native._scope = endpoint.Address.IsLinkLocalV6 ? endpoint.Scope : 0;
        }

        return native;
    }

    /// <summary>Our form; the scope is kept for link-local addresses only.</summary>
    public readonly InternetEndpoint ToEndpoint()
    {
        if (Family == Libc.AfInet)
        {
            return new InternetEndpoint(InternetAddress.FromV4(BinaryPrimitives.ReverseEndianness(_v4NetworkOrder)), Port);
        }

        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        MemoryMarshal.Write(bytes, _v6First);
        MemoryMarshal.Write(bytes[8..], _v6Second);
        InternetAddress address = InternetAddress.FromBytes(bytes);
        return new InternetEndpoint(address, Port, address.IsLinkLocalV6 ? _scope : 0);
    }
}
