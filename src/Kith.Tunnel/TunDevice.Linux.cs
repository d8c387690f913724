using System.Runtime.InteropServices;
using System.Text;
using Kith.Tunnel.Interfaces;
using Kith.Tunnel.Linux;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel;

public sealed unsafe partial class TunDevice
{
    private const nuint TunSetInterface = 0x400454CA;
    private const nuint TunGetInterface = 0x800454D2;
    private const nuint TunSetOffload = 0x400454D0;
    private const nuint TunSetVirtioHeaderBytes = 0x400454D8;

    private const short IffTun = 0x0001;
    private const short IffNoPacketInformation = 0x1000;
    private const short IffVirtioHeader = 0x4000;
    private const short IffPersist = 0x0800;

    private const uint OffloadChecksum = 0x01;
    private const uint OffloadTcpV4 = 0x02;
    private const uint OffloadTcpV6 = 0x04;
    private const uint OffloadUdpV4 = 0x20;
    private const uint OffloadUdpV6 = 0x40;

    private readonly int _fd;
    private readonly int _wake;
    private readonly bool _isPersistent;
    private readonly NetlinkSocket _netlink;
    private volatile bool _closing;
    private volatile bool _canAsk = true;
    private int _disposed;

    private TunDevice(string name, int mtu, TunOffloads offloads)
    {
        Mtu = mtu;
        _fd = Libc.Open("/dev/net/tun", Libc.ORdwr | Libc.OCloexec);
        if (_fd < 0)
        {
            throw OpenFailed(name, Libc.Errno);
        }

        try
        {
            InterfaceRequest request = Attach(name, offloads != TunOffloads.None);
            Name = request.NameText;
            HasVirtioHeader = (request.Flags & IffVirtioHeader) != 0;
            if (HasVirtioHeader)
            {
                int headerBytes = VirtioHeader.Bytes;
                _ = Libc.Ioctl(_fd, TunSetVirtioHeaderBytes, &headerBytes);
                (Offloads, OffloadRefusal) = SetOffloads(offloads);
            }
            else if (offloads != TunOffloads.None)
            {
                OffloadRefusal = "the kernel's TUN driver has no virtio header";
            }

            _ = Libc.Ioctl(_fd, TunGetInterface, &request);
            _isPersistent = (request.Flags & IffPersist) != 0;
            _wake = Libc.EventDescriptor(0, Libc.EfdCloexec | Libc.EfdNonblock);
            if (_isPersistent)
            {
                // A device that outlives us cannot be deleted to wake its reader, so its reads do not block and poll waits instead.
                SetNonBlocking(_fd);
            }

            Index = Libc.InterfaceNameToIndex(Name);
            _netlink = new NetlinkSocket();
            using NetworkInterfaceConfigurator configurator = new(_netlink, Index, Name, isPersistent: false);
            configurator.SetUp(mtu);
        }
        catch
        {
            _netlink?.Dispose();
            if (_wake > 0)
            {
                _ = Libc.Close(_wake);
            }

            _ = Libc.Close(_fd);
            throw;
        }
    }

    /// <summary>Whether each packet has a <see cref="VirtioHeader"/> before it.</summary>
    internal bool HasVirtioHeader { get; }

    /// <summary>A means to give this device addresses and routes; dispose it before the device.</summary>
    public NetworkInterfaceConfigurator CreateConfigurator() => new(_netlink, Index, Name, _isPersistent);

    /// <summary>Asks the kernel for large packets of at most so many segments; an old kernel refuses, and they are sent in two goes.</summary>
    internal void PrepareSegments(int count)
    {
        using NetworkInterfaceConfigurator configurator = new(_netlink, Index, Name, isPersistent: false);
        _ = configurator.TrySetSegmentsMax(count);
    }

    /// <summary>Ends a blocked <see cref="Read"/>, now and from now on. Without this right the device would have to go with the process.</summary>
    internal void Wake()
    {
        if (_closing)
        {
            return;
        }

        _closing = true;
        ulong one = 1;
        _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
        if (!_isPersistent)
        {
            _ = _netlink.Request(NetworkInterfaceConfigurator.LinkMessage(RouteMessage.DeleteLink, Index));
        }
    }

    /// <summary>
    /// Waits for a packet; one reader at a time. Writes the virtio header (zeros if the device has none) and the packet behind it, and
    /// returns the bytes of both; −1 when the device is gone or <see cref="Wake"/> was called.
    /// </summary>
    internal int Read(byte* buffer, int capacity)
    {
        int skip = 0;
        if (!HasVirtioHeader)
        {
            *(VirtioHeader*)buffer = default;
            skip = VirtioHeader.Bytes;
        }

        while (!_closing)
        {
            nint read = Libc.Read(_fd, buffer + skip, (nuint)(capacity - skip));
            if (read >= 0)
            {
                return (int)read + skip;
            }

            int errno = Libc.Errno;
            if (errno == Libc.Eagain)
            {
                WaitReadable();
            }
            else if (errno != Libc.Eintr)
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>As <see cref="Read"/> without waiting: −1 also if there is no packet, or if the system cannot answer that.</summary>
    internal int TryRead(byte* buffer, int capacity)
    {
        if (!_canAsk || _closing)
        {
            return -1;
        }

        int skip = HasVirtioHeader ? 0 : VirtioHeader.Bytes;
        if (skip > 0)
        {
            *(VirtioHeader*)buffer = default;
        }

        nint read;
        if (_isPersistent)
        {
            read = Libc.Read(_fd, buffer + skip, (nuint)(capacity - skip));
        }
        else
        {
            IoVector vector = new() { Base = buffer + skip, Length = (nuint)(capacity - skip) };
            read = Libc.ReadVectorWithFlags(_fd, &vector, 1, -1, Libc.RwfNowait);
        }

        if (read < 0 && Libc.Errno is not (Libc.Eagain or Libc.Eintr))
        {
            _canAsk = false;
        }

        return read < 0 ? -1 : (int)read + skip;
    }

    /// <summary>Writes one packet with the virtio header before it. Any thread. False if the system refused it.</summary>
    internal bool Write(byte* packet, int length)
    {
        int skip = HasVirtioHeader ? 0 : VirtioHeader.Bytes;
        return Libc.Write(_fd, packet + skip, (nuint)(length - skip)) >= 0;
    }

    /// <summary>As <see cref="Write"/> from several pieces, the first of which begins with the virtio header; only for devices that have it.</summary>
    internal bool WriteVector(IoVector* vectors, int count) => Libc.WriteVector(_fd, vectors, count) >= 0;

    /// <summary>Writes one packet that has no room before it. Any thread.</summary>
    internal bool WritePacket(ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
        {
            if (!HasVirtioHeader)
            {
                return Libc.Write(_fd, bytes, (nuint)packet.Length) >= 0;
            }

            VirtioHeader header = default;
            IoVector* vectors = stackalloc IoVector[2];
            vectors[0] = new IoVector { Base = (byte*)&header, Length = VirtioHeader.Bytes };
            vectors[1] = new IoVector { Base = bytes, Length = (nuint)packet.Length };
            return Libc.WriteVector(_fd, vectors, 2) >= 0;
        }
    }

    /// <summary>Removes the interface, its addresses and routes. Nobody may be in <see cref="Read"/> or a write; call <see cref="Wake"/> and join first.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Wake();
        _ = Libc.Close(_fd);
        _ = Libc.Close(_wake);
        _netlink.Dispose();
    }

    private static TunUnavailableException OpenFailed(string name, int errno) => errno switch
    {
        Libc.Enoent or Libc.Enodev or Libc.Enxio => new TunUnavailableException(TunUnavailableReason.NoDevice, "This machine has no /dev/net/tun."),
        Libc.Eperm or Libc.Eacces => new TunUnavailableException(TunUnavailableReason.NoPermission, $"The system does not let this user create the network interface {name}."),
        Libc.Ebusy => new TunUnavailableException(TunUnavailableReason.NameInUse, $"The network interface {name} is in use by another program."),
        Libc.Einval => new TunUnavailableException(TunUnavailableReason.NameInUse, $"A network interface {name} exists that is not a TUN device."),
        _ => new TunUnavailableException(TunUnavailableReason.Unsupported, $"The network interface {name} could not be created: {Libc.Describe(errno)}."),
    };

    private static void SetNonBlocking(int fd)
    {
        int on = 1;
        const nuint fionbio = 0x5421;
        _ = Libc.Ioctl(fd, fionbio, &on);
    }

    private InterfaceRequest Attach(string name, bool withHeader)
    {
        InterfaceRequest request = new() { NameText = name, Flags = (short)(IffTun | IffNoPacketInformation | (withHeader ? IffVirtioHeader : 0)) };
        if (Libc.Ioctl(_fd, TunSetInterface, &request) == 0)
        {
            return request;
        }

        int errno = Libc.Errno;
        if (errno == Libc.Einval && withHeader)
        {
            return Attach(name, withHeader: false);
        }

        throw OpenFailed(name, errno);
    }

    private (TunOffloads Granted, string Refusal) SetOffloads(TunOffloads wanted)
    {
        TunOffloads[] attempts = [wanted, wanted & ~TunOffloads.Udp, TunOffloads.Checksum];
        string refusal = "";
        foreach (TunOffloads attempt in attempts)
        {
            uint bits = OffloadChecksum
                | (attempt.HasFlag(TunOffloads.Tcp) ? OffloadTcpV4 | OffloadTcpV6 : 0)
                | (attempt.HasFlag(TunOffloads.Udp) ? OffloadUdpV4 | OffloadUdpV6 : 0);
            if (Libc.Ioctl(_fd, TunSetOffload, (void*)bits) == 0)
            {
                return (attempt | TunOffloads.Checksum, refusal);
            }

            refusal = $"TUNSETOFFLOAD: {Libc.Describe(Libc.Errno)}";
        }

        return (TunOffloads.None, refusal);
    }

    private void WaitReadable()
    {
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = _fd, Events = Libc.Pollin };
        descriptors[1] = new PollDescriptor { Descriptor = _wake, Events = Libc.Pollin };
        _ = Libc.Poll(descriptors, 2, -1);
    }

    /// <summary>struct ifreq.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct InterfaceRequest
    {
        private fixed byte _name[16];
        public short Flags;

        public string NameText
        {
            readonly get
            {
                fixed (byte* name = _name)
                {
                    return Marshal.PtrToStringUTF8((nint)name) ?? "";
                }
            }

            set
            {
                fixed (byte* name = _name)
                {
                    Encoding.ASCII.GetBytes(value, new Span<byte>(name, NameLengthMax));
                }
            }
        }
    }
}
