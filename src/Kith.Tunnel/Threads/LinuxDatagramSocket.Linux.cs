using System.Runtime.CompilerServices;
using Kith.Protocol.Wire;
using Kith.Tunnel.Linux;

namespace Kith.Tunnel.Threads;

/// <summary>UDP through the system's own calls, with UDP_SEGMENT and UDP_GRO where the kernel has them.</summary>
internal sealed unsafe partial class LinuxDatagramSocket : DatagramSocket
{
    private const int AttemptsMax = 4;

    private readonly int _fd;
    private readonly bool _isV6;
    private readonly OffloadStatus _receiveCoalescing;
    private volatile OffloadStatus _sendSegmentation;
    private volatile bool _closing;
    private int _disposed;

    private LinuxDatagramSocket(int fd, bool isV6, ushort port, FastPathOptions options)
    {
        _fd = fd;
        _isV6 = isV6;
        Port = port;
        AskForBuffers(options.ReceiveBufferBytes, options.SendBufferBytes);

        // Datagrams may be fragmented on the way, and ICMP from strangers must not shrink what we send.
        AllowFragments();

        _receiveCoalescing = TryOption("UDP_GRO", options.UseReceiveCoalescing, Libc.UdpGro, 1);
        _sendSegmentation = TryOption("UDP_SEGMENT", options.UseSendSegmentation, Libc.UdpSegment, 0);
    }

    /// <summary>The system's number for it.</summary>
    public int Descriptor => _fd;

    public override ushort Port { get; }

    public override bool IsV6 => _isV6;

    public override OffloadStatus SendSegmentation => _sendSegmentation;

    public override OffloadStatus ReceiveCoalescing => _receiveCoalescing;

    /// <summary>Binds a socket; null if the machine does not have the family.</summary>
    /// <exception cref="PortInUseException">Somebody has the port.</exception>
    /// <exception cref="IOException">The system refused for another reason.</exception>
    public static LinuxDatagramSocket? TryBind(bool isV6, ushort port, FastPathOptions options)
    {
        int family = isV6 ? Libc.AfInet6 : Libc.AfInet;
        int fd = Libc.Socket(family, Libc.SockDgram | Libc.SockCloexec, 0);
        if (fd < 0)
        {
            int errno = Libc.Errno;
            return errno == Libc.Eafnosupport ? null : throw new IOException($"A UDP socket could not be opened: {Libc.Describe(errno)}.");
        }

        if (isV6)
        {
            _ = Libc.TrySetOption(fd, Libc.SolIpv6, Libc.Ipv6V6only, 1);
        }

        NativeAddress address = NativeAddress.Any(family, port);
        uint length = address.Length;
        if (Libc.Bind(fd, &address, length) < 0 || Libc.GetSocketName(fd, &address, &length) < 0)
        {
            int errno = Libc.Errno;
            _ = Libc.Close(fd);
            return errno switch
            {
                Libc.Eaddrinuse => throw new PortInUseException(port),
                Libc.Eaddrnotavail or Libc.Eafnosupport => null,
                _ => throw new IOException($"UDP port {port} could not be opened: {Libc.Describe(errno)}."),
            };
        }

        return new LinuxDatagramSocket(fd, isV6, address.Port, options);
    }

    [SkipLocalsInit]
    public override int Receive(byte* buffer, bool mayWait, out int segmentBytes, out InternetEndpoint source)
    {
        NativeAddress address;
        ControlMessage control;
        control.Length = 0;
        IoVector vector = new() { Base = buffer, Length = ReceiveBytesMax };
        MessageHeader header = new()
        {
            Name = &address,
            NameLength = NativeAddress.V6Bytes,
            Vectors = &vector,
            VectorCount = 1,
            Control = &control,
            ControlLength = (nuint)sizeof(ControlMessage),
        };
        nint received = Libc.ReceiveMessage(_fd, &header, mayWait ? 0 : Libc.MsgDontwait);
        if (received <= 0 || header.NameLength == 0)
        {
            // A refusal of an earlier datagram is reported here once; an empty datagram says nothing either.
            segmentBytes = 0;
            source = default;
            return _closing ? Closed : 0;
        }

        bool joined = header.ControlLength >= ControlMessage.HeaderBytes + sizeof(int) && control.Level == Libc.SolUdp && control.Type == Libc.UdpGro;
        segmentBytes = joined && control.Value > 0 ? control.Value : (int)received;
        source = address.ToEndpoint();
        return (int)received;
    }

    public override int SendSegments(SendTarget target, byte* datagrams, int length, int segmentBytes, bool mayWait = true)
    {
        int flags = mayWait ? 0 : Libc.MsgDontwait;
        if (length <= segmentBytes)
        {
            fixed (NativeAddress* address = &target.Native)
            {
                return TrySend(address, datagrams, length, flags) ? 1 : IsFull(mayWait) ? Full : 0;
            }
        }

        if (_sendSegmentation.IsActive)
        {
            if (target.RefusedSends > 0)
            {
                target.RefusedSends--;
            }
            else if (TrySendSegmented(target, datagrams, length, segmentBytes, flags))
            {
                return 1;
            }
            else if (IsFull(mayWait))
            {
                return Full;
            }
        }

        return SendOneByOne(target, datagrams, length, segmentBytes);
    }

    public override void AskForBuffers(int receiveBytes, int sendBytes)
    {
        SetBuffer(Libc.SoRcvbufForce, Libc.SoRcvbuf, receiveBytes);
        SetBuffer(Libc.SoSndbufForce, Libc.SoSndbuf, sendBytes);
    }

    public override void Wake()
    {
        _closing = true;
        _ = Libc.Shutdown(_fd, Libc.ShutRdwr);
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Wake();
            _ = Libc.Close(_fd);
        }
    }

    private bool TrySend(NativeAddress* address, byte* datagram, int length, int flags)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (Libc.SendTo(_fd, datagram, (nuint)length, flags, address, address->Length) >= 0)
            {
                return true;
            }

            if (!IsWorthRepeating(Libc.Errno))
            {
                return false;
            }
        }

        return false;
    }

    [SkipLocalsInit]
    private bool TrySendSegmented(SendTarget target, byte* datagrams, int length, int segmentBytes, int flags)
    {
        fixed (NativeAddress* address = &target.Native)
        {
            ControlMessage control = new()
            {
                Length = ControlMessage.HeaderBytes + sizeof(ushort),
                Level = Libc.SolUdp,
                Type = Libc.UdpSegment,
                Value = segmentBytes,
            };
            IoVector vector = new() { Base = datagrams, Length = (nuint)length };
            MessageHeader header = new()
            {
                Name = address,
                NameLength = address->Length,
                Vectors = &vector,
                VectorCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(ControlMessage),
            };
            for (int attempt = 0; attempt < AttemptsMax; attempt++)
            {
                if (Libc.SendMessage(_fd, &header, flags) >= 0)
                {
                    return true;
                }

                int errno = Libc.Errno;
                switch (errno)
                {
                    case Libc.Eintr or Libc.Econnrefused:
                        continue;
                    case Libc.Eio or Libc.Eopnotsupp or Libc.Enoprotoopt:
                        // The route's device cannot complete checksums of segments; it will not learn to.
                        _sendSegmentation = new OffloadStatus("UDP_SEGMENT", false, $"sendmsg: {Libc.Describe(errno)}");
                        return false;
                    case Libc.Einval or Libc.Emsgsize:
                        // A segment does not fit the interface unfragmented, which only plain sends may be.
                        target.RefusedSends = SendTarget.RefusalSends;
                        return false;
                    default:
                        return false;
                }
            }

            return false;
        }
    }

    [SkipLocalsInit]
    private int SendOneByOne(SendTarget target, byte* datagrams, int length, int segmentBytes)
    {
        fixed (NativeAddress* address = &target.Native)
        {
            MultiMessageHeader* messages = stackalloc MultiMessageHeader[SegmentCountMax];
            IoVector* vectors = stackalloc IoVector[SegmentCountMax];
            int count = 0;
            for (int offset = 0; offset < length && count < SegmentCountMax; offset += segmentBytes)
            {
                vectors[count] = new IoVector { Base = datagrams + offset, Length = (nuint)Math.Min(segmentBytes, length - offset) };
                messages[count] = new MultiMessageHeader
                {
                    Header = new MessageHeader { Name = address, NameLength = address->Length, Vectors = vectors + count, VectorCount = 1 },
                };
                count++;
            }

            int calls = 0;
            int sent = 0;
            for (int attempt = 0; sent < count; attempt++)
            {
                int accepted = Libc.SendMessages(_fd, messages + sent, (uint)(count - sent), 0);
                if (accepted > 0)
                {
                    calls++;
                    sent += accepted;
                }
                else if (attempt >= AttemptsMax || !IsWorthRepeating(Libc.Errno))
                {
                    // This datagram was refused; those behind it may have better luck.
                    sent++;
                }
            }

            return calls;
        }
    }

    private static bool IsFull(bool mayWait) => !mayWait && Libc.Errno == Libc.Eagain;

    // What ICMP said of an earlier datagram comes out at the next call, which has then not been tried at all.
    private static bool IsWorthRepeating(int errno) => errno is Libc.Eintr or Libc.Econnrefused;

    private OffloadStatus TryOption(string name, bool wanted, int option, int value)
    {
        if (!wanted)
        {
            return new OffloadStatus(name, false, "switched off");
        }

        return Libc.TrySetOption(_fd, Libc.SolUdp, option, value)
            ? new OffloadStatus(name, true, "")
            : new OffloadStatus(name, false, $"setsockopt: {Libc.Describe(Libc.Errno)}");
    }

    private void SetBuffer(int forced, int plain, int bytes)
    {
        if (!Libc.TrySetOption(_fd, Libc.SolSocket, forced, bytes))
        {
            _ = Libc.TrySetOption(_fd, Libc.SolSocket, plain, bytes);
        }
    }
}
