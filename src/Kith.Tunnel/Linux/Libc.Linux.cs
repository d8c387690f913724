using System.Runtime.InteropServices;

namespace Kith.Tunnel.Linux;

/// <summary>The system's calls as the C library offers them (Linux, x64 and arm64). All return −1 and set errno on failure.</summary>
internal static unsafe partial class Libc
{
    public const int AfUnspec = 0;
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int AfNetlink = 16;

    public const int SockRaw = 3;
    public const int SockDgram = 2;
    public const int SockCloexec = 0x80000;

    public const int SolSocket = 1;
    public const int SoSndbuf = 7;
    public const int SoRcvbuf = 8;
    public const int SoSndbufForce = 32;
    public const int SoRcvbufForce = 33;
    public const int SolIp = 0;
    public const int SolUdp = 17;
    public const int SolIpv6 = 41;
    public const int IpTtl = 2;
    public const int IpMtuDiscover = 10;
    public const int Ipv6MtuDiscover = 23;
    public const int Ipv6V6only = 26;
    public const int Ipv6HopLimit = 52;
    public const int Ipv6DontFragment = 62;
    public const int PmtudiscDont = 0;
    public const int PmtudiscProbe = 3;
    public const int PmtudiscOmit = 5;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    public const int MsgDontwait = 0x40;
    public const int MsgTrunc = 0x20;
    public const int ShutRdwr = 2;

    public const int RwfNowait = 8;

    public const int ORdwr = 2;
    public const int ONonblock = 0x800;
    public const int OCloexec = 0x80000;

    public const short Pollin = 1;
    public const int EfdCloexec = 0x80000;
    public const int EfdNonblock = 0x800;

    public const int Eperm = 1;
    public const int Enoent = 2;
    public const int Eintr = 4;
    public const int Eio = 5;
    public const int Enxio = 6;
    public const int Eagain = 11;
    public const int Eacces = 13;
    public const int Ebusy = 16;
    public const int Eexist = 17;
    public const int Enodev = 19;
    public const int Einval = 22;
    public const int Emsgsize = 90;
    public const int Enoprotoopt = 92;
    public const int Eopnotsupp = 95;
    public const int Eafnosupport = 97;
    public const int Eaddrinuse = 98;
    public const int Eaddrnotavail = 99;
    public const int Econnrefused = 111;
    public const int Esrch = 3;

    private const string Name = "libc";

    /// <summary>errno of the last failed call on this thread.</summary>
    public static int Errno => Marshal.GetLastPInvokeError();

    /// <summary>The system's words for an errno.</summary>
    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "preadv2", SetLastError = true)]
    public static partial nint ReadVectorWithFlags(int fd, IoVector* vectors, int count, nint offset, int flags);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "writev", SetLastError = true)]
    public static partial nint WriteVector(int fd, IoVector* vectors, int count);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int fd, nuint request, void* argument);

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int fd, void* address, uint length);

    [LibraryImport(Name, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int fd, void* address, uint* length);

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int fd, int level, int option, void* value, uint length);

    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(int fd, int level, int option, void* value, uint* length);

    [LibraryImport(Name, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(int fd, void* buffer, nuint length, int flags, void* address, uint addressLength);

    [LibraryImport(Name, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport(Name, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(int fd, MultiMessageHeader* messages, uint count, int flags);

    [LibraryImport(Name, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, void* buffer, nuint length, int flags);

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int fd, int how);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(Name, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Name, EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceNameToIndex(string name);

    /// <summary>Sets a socket option that is an int; false if refused.</summary>
    public static bool TrySetOption(int fd, int level, int option, int value) => SetSocketOption(fd, level, option, &value, sizeof(int)) == 0;
}
