using Kith.Protocol.Wire;
using Kith.Tunnel.Linux;

namespace Kith.Tunnel.Interfaces;

public sealed partial class NetworkInterfaceConfigurator
{
    private const ushort IflaMtu = 4;
    private const ushort IflaTransmitQueueLength = 13;
    private const ushort IflaFamilySpecific = 26;
    private const ushort IflaGsoSegmentsMax = 40;
    private const ushort IflaInet6AddressGeneration = 8;
    private const byte AddressGenerationNone = 1;
    private const uint IffUp = 1;

    private const ushort IfaAddress = 1;
    private const ushort IfaLocal = 2;
    private const ushort IfaFlags = 8;
    private const uint IfaFlagNoDuplicateDetection = 0x02;

    private const ushort RtaDestination = 1;
    private const ushort RtaInterface = 4;
    private const ushort RtaPreferredSource = 7;
    private const byte TableMain = 254;
    private const byte ProtocolStatic = 4;
    private const byte ScopeUniverse = 0;
    private const byte ScopeLink = 253;
    private const byte TypeUnicast = 1;

    private readonly NetlinkSocket _netlink;

    internal NetworkInterfaceConfigurator(NetlinkSocket netlink, uint index, string name, bool isPersistent)
    {
        _netlink = netlink;
        _isPersistent = isPersistent;
        Index = index;
        Name = name;
    }

    /// <summary>Sets the MTU and brings the interface up, without a link-local address of the kernel's choosing.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public void SetUp(int mtu)
    {
        // The kernel would make up an fe80:: address and solicit routers on it; a kernel without IPv6 refuses this, which is as good.
        _ = _netlink.Request(LinkMessage(RouteMessage.SetLink, Index).Nested(
            IflaFamilySpecific, m => m.Nested(Libc.AfInet6, n => n.Attribute(IflaInet6AddressGeneration, [AddressGenerationNone]))));
        EnableIPv6();
        int error = _netlink.Request(LinkMessage(RouteMessage.SetLink, Index, IffUp, IffUp).Attribute(IflaMtu, (uint)mtu).Attribute(IflaTransmitQueueLength, 1000));
        if (error != 0)
        {
            throw new IOException($"The network interface {Name} could not be brought up: {Libc.Describe(error)}.");
        }
    }

    /// <summary>Asks the kernel for large packets of at most this many segments, so that each fits one send; false if it does not know how.</summary>
    public bool TrySetSegmentsMax(int segments) =>
        _netlink.Request(LinkMessage(RouteMessage.SetLink, Index).Attribute(IflaGsoSegmentsMax, (uint)segments)) == 0;

    internal static NetlinkMessage LinkMessage(RouteMessage type, uint index, uint flags = 0, uint change = 0) =>
        new NetlinkMessage(type, NetlinkMessage.RequestWithAck).Byte(Libc.AfUnspec).Byte(0).UInt16(0).UInt32(index).UInt32(flags).UInt32(change);

    private string? ChangeAddress(bool add, InternetAddress address, int prefixBits)
    {
        NetlinkMessage message = new NetlinkMessage(
            add ? RouteMessage.NewAddress : RouteMessage.DeleteAddress,
            (ushort)(NetlinkMessage.RequestWithAck | (add ? NetlinkMessage.Create | NetlinkMessage.Replace : 0)))
            .Byte((byte)(address.IsV4 ? Libc.AfInet : Libc.AfInet6)).Byte((byte)prefixBits).Byte(0).Byte(ScopeUniverse).UInt32(Index)
            .Attribute(IfaLocal, address).Attribute(IfaAddress, address);
        if (!address.IsV4)
        {
            message.Attribute(IfaFlags, IfaFlagNoDuplicateDetection);
        }

        int error = _netlink.Request(message);
        return error is 0 || (add && error == Libc.Eexist) || (!add && error is Libc.Eaddrnotavail or Libc.Enodev) ? null : Libc.Describe(error);
    }

    private string? ChangeRoute(bool add, InternetAddress prefix, int prefixBits, InternetAddress? preferredSource)
    {
        NetlinkMessage message = new NetlinkMessage(
            add ? RouteMessage.NewRoute : RouteMessage.DeleteRoute,
            (ushort)(NetlinkMessage.RequestWithAck | (add ? NetlinkMessage.Create | NetlinkMessage.Replace : 0)))
            .Byte((byte)(prefix.IsV4 ? Libc.AfInet : Libc.AfInet6)).Byte((byte)prefixBits).Byte(0).Byte(0)
            .Byte(TableMain).Byte(ProtocolStatic).Byte(prefix.IsV4 ? ScopeLink : ScopeUniverse).Byte(TypeUnicast).UInt32(0)
            .Attribute(RtaDestination, prefix).Attribute(RtaInterface, Index);
        if (preferredSource is { } source)
        {
            message.Attribute(RtaPreferredSource, source);
        }

        int error = _netlink.Request(message);
        return error is 0 || (!add && error is Libc.Esrch or Libc.Enodev) ? null : Libc.Describe(error);
    }

    // A machine may have IPv6 switched off by default for new interfaces; on our own one we need it.
    private void EnableIPv6()
    {
        try
        {
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{Name}/disable_ipv6", "0");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No IPv6 in this kernel, or a read-only /proc: adding an IPv6 address will say so.
        }
    }
}
