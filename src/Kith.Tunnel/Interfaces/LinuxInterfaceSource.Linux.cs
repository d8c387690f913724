using System.Runtime.InteropServices;
using System.Text;
using Kith.Protocol.Wire;
using Kith.Tunnel.Linux;

namespace Kith.Tunnel.Interfaces;

/// <summary>Interfaces through rtnetlink.</summary>
internal sealed unsafe class LinuxInterfaceSource : InterfaceSource
{
    // RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE
    private const uint AllGroups = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    private const uint IffUp = 0x1;
    private const uint IffLoopback = 0x8;
    private const uint IffPointToPoint = 0x10;
    private const uint IffMulticast = 0x1000;
    private const uint IffLowerUp = 0x10000;

    private const int IflaName = 3;
    private const int IflaMtu = 4;
    private const int IflaLinkInfo = 18;
    private const int IflaInfoKind = 1;
    private const int IfaAddress = 1;
    private const int IfaLocal = 2;
    private const int IfaFlags = 8;
    private const uint AddressTemporary = 0x01;
    private const uint AddressDuplicateFailed = 0x08;
    private const uint AddressDeprecated = 0x20;
    private const uint AddressTentative = 0x40;
    private const int RtaInterface = 4;
    private const int RtaGateway = 5;
    private const byte TypeUnicast = 1;

    private readonly Action? _onChanged;
    private readonly NetlinkSocket _requests = new();
    private readonly NetlinkSocket? _announcements;
    private readonly Thread? _thread;
    private readonly int _wake = -1;
    private int _disposed;

    public LinuxInterfaceSource(Action? onChanged)
    {
        _onChanged = onChanged;
        if (onChanged is not null)
        {
            _announcements = new NetlinkSocket(AllGroups);
            _wake = Libc.EventDescriptor(0, Libc.EfdCloexec | Libc.EfdNonblock);
            _thread = new Thread(Watch, 256 << 10) { IsBackground = true, Name = "kith interfaces" };
            _thread.Start();
        }
    }

    public override LocalNetwork Enumerate()
    {
        Dictionary<uint, LocalInterface> interfaces = [];
        List<LocalAddress> addresses = [];
        List<(uint InterfaceIndex, InternetAddress? Gateway)> defaults = [];
        Dump(RouteMessage.GetLink, 16, body => ReadLink(body, interfaces));
        Dump(RouteMessage.GetAddress, 8, body => ReadAddress(body, interfaces, addresses));
        Dump(RouteMessage.GetRoute, 12, body => ReadRoute(body, defaults));
        return new LocalNetwork
        {
            Interfaces = [.. interfaces.Values.OrderBy(static i => i.Index)],
            Addresses = [.. addresses.OrderBy(static a => a.Interface.Index).ThenBy(static a => a.Address)],
            DefaultRoutes = [.. defaults.Distinct().OrderBy(static d => d.InterfaceIndex).ThenBy(static d => d.Gateway ?? default)],
        };
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_thread is not null)
        {
            ulong one = 1;
            _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
            _thread.Join();
            _ = Libc.Close(_wake);
        }

        _announcements?.Dispose();
        _requests.Dispose();
    }

    private static void ReadLink(ReadOnlySpan<byte> body, Dictionary<uint, LocalInterface> interfaces)
    {
        uint index = MemoryMarshal.Read<uint>(body[4..]);
        uint flags = MemoryMarshal.Read<uint>(body[8..]);
        string name = "";
        string kind = "";
        int mtu = 0;
        foreach (NetlinkAttribute attribute in new NetlinkAttributes(body[16..]))
        {
            switch (attribute.Type)
            {
                case IflaName:
                    name = Text(attribute.Value);
                    break;
                case IflaMtu when attribute.Value.Length >= 4:
                    mtu = MemoryMarshal.Read<int>(attribute.Value);
                    break;
                case IflaLinkInfo:
                    foreach (NetlinkAttribute inner in new NetlinkAttributes(attribute.Value))
                    {
                        kind = inner.Type == IflaInfoKind ? Text(inner.Value) : kind;
                    }

                    break;
            }
        }

        interfaces[index] = new LocalInterface
        {
            Name = name,
            Index = index,
            IsUp = (flags & (IffUp | IffLowerUp)) == (IffUp | IffLowerUp),
            IsLoopback = (flags & IffLoopback) != 0,
            IsPointToPoint = (flags & IffPointToPoint) != 0,
            HasMulticast = (flags & IffMulticast) != 0,
            Mtu = mtu,
            Kind = kind,
        };
    }

    private static void ReadAddress(ReadOnlySpan<byte> body, Dictionary<uint, LocalInterface> interfaces, List<LocalAddress> addresses)
    {
        int bits = body[1];
        uint flags = body[2];
        InternetAddress? address = null;
        foreach (NetlinkAttribute attribute in new NetlinkAttributes(body[8..]))
        {
            switch (attribute.Type)
            {
                // On a point-to-point interface IFA_ADDRESS is the other end, and IFA_LOCAL ours.
                case IfaAddress when address is null:
                case IfaLocal:
                    address = Address(attribute.Value) ?? address;
                    break;
                case IfaFlags when attribute.Value.Length >= 4:
                    flags = MemoryMarshal.Read<uint>(attribute.Value);
                    break;
            }
        }

        if (address is { } found && interfaces.TryGetValue(MemoryMarshal.Read<uint>(body[4..]), out LocalInterface? owner) && owner.IsUp)
        {
            bool usable = (flags & (AddressDeprecated | AddressTentative | AddressDuplicateFailed)) == 0;
            addresses.Add(new LocalAddress(found, bits, owner, !found.IsV4 && (flags & AddressTemporary) != 0, usable));
        }
    }

    private static void ReadRoute(ReadOnlySpan<byte> body, List<(uint InterfaceIndex, InternetAddress? Gateway)> defaults)
    {
        bool isDefault = body[1] == 0 && body[7] == TypeUnicast;
        uint index = 0;
        InternetAddress? gateway = null;
        foreach (NetlinkAttribute attribute in new NetlinkAttributes(body[12..]))
        {
            switch (attribute.Type)
            {
                case RtaInterface when attribute.Value.Length >= 4:
                    index = MemoryMarshal.Read<uint>(attribute.Value);
                    break;
                case RtaGateway:
                    gateway = Address(attribute.Value);
                    break;
            }
        }

        if (isDefault && index != 0)
        {
            defaults.Add((index, gateway));
        }
    }

    private static InternetAddress? Address(ReadOnlySpan<byte> bytes) =>
        bytes.Length is InternetAddress.V4Bytes or InternetAddress.V6Bytes ? InternetAddress.FromBytes(bytes) : null;

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.TrimEnd((byte)0));

    private void Dump(RouteMessage request, int fixedBytes, BodyHandler handler)
    {
        // The fixed structure of every dump begins with the family; all of it zero means everything.
        NetlinkMessage message = new(request, NetlinkMessage.RequestDump);
        for (int i = 0; i < fixedBytes; i++)
        {
            message.Byte(0);
        }

        int error = _requests.Dump(message, (_, body) =>
        {
            if (body.Length >= fixedBytes)
            {
                handler(body);
            }
        });
        if (error != 0)
        {
            throw new IOException($"The network interfaces could not be listed: {Libc.Describe(error)}.");
        }
    }

    private void Watch()
    {
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = _announcements!.Descriptor, Events = Libc.Pollin };
        descriptors[1] = new PollDescriptor { Descriptor = _wake, Events = Libc.Pollin };
        while (true)
        {
            descriptors[0].Returned = 0;
            descriptors[1].Returned = 0;
            if (Libc.Poll(descriptors, 2, -1) > 0 && descriptors[1].Returned == 0)
            {
                // Wait out the flurry, but not the end.
                _ = Libc.Poll(descriptors + 1, 1, (int)InterfaceWatcher.GatherTime.TotalMilliseconds);
            }

            if (descriptors[1].Returned != 0)
            {
                return;
            }

            _announcements.Drain();
            if (descriptors[0].Returned != 0)
            {
                _onChanged!();
            }
        }
    }

    private delegate void BodyHandler(ReadOnlySpan<byte> body);
}
