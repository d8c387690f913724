using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Kith.Lab.Netstack;

/// <summary>
/// A TUN device without blocking, for a loop that also does other things; the product's own device blocks a thread of its own instead. With
/// <see cref="HasHeader"/> every packet has a virtio header of ten bytes in front.
/// </summary>
internal sealed unsafe partial class TestTun : IDisposable
{
    public const int HeaderBytes = 10;

    private const int ReadWriteNonBlocking = 0x802;
    private const nuint SetInterface = 0x400454CA;
    private const nuint SetOffload = 0x400454D0;
    private const short TunNoInformation = 0x1001;
    private const short VirtioHeader = 0x4000;
    private const uint ChecksumAndTcp = 7;
    private const int NewNetworkNamespace = 0x40000000;
    private const short PollIn = 1;

    private readonly int _device;
    private readonly int _wake;

    public TestTun(string name, bool withHeader)
    {
        HasHeader = withHeader;
        _device = Check(Open("/dev/net/tun", ReadWriteNonBlocking));
        _wake = Check(EventDescriptor(0, 0x800));
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, 15));
        *(short*)(request + 16) = (short)(TunNoInformation | (withHeader ? VirtioHeader : 0));
        Check(Control(_device, SetInterface, request));
        if (withHeader)
        {
            Check(Control(_device, SetOffload, (void*)ChecksumAndTcp));
        }
    }

    public bool HasHeader { get; }

    /// <summary>Puts the calling thread into a network namespace of its own, which goes when nothing uses it any more.</summary>
    public static void EnterOwnNamespace() => Check(Unshare(NewNetworkNamespace));

    /// <summary>Reads one packet; 0 when none waits.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Math.Max(0, (int)Read(_device, bytes, (nuint)buffer.Length));
        }
    }

    /// <summary>Writes one packet; false when the kernel has no room, as a link that loses it.</summary>
    public bool Write(ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
        {
            return Write(_device, bytes, (nuint)packet.Length) == packet.Length;
        }
    }

    /// <summary>Waits for a packet, a wake or the time.</summary>
    public void Wait(int milliseconds)
    {
        PollEntry* entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = _device, Events = PollIn, Returned = 0 };
        entries[1] = new PollEntry { Descriptor = _wake, Events = PollIn, Returned = 0 };
        if (Poll(entries, 2, milliseconds) > 0 && (entries[1].Returned & PollIn) != 0)
        {
            ulong count;
            _ = Read(_wake, (byte*)&count, sizeof(ulong));
        }
    }

    /// <summary>Ends a <see cref="Wait"/> from another thread.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Write(_wake, (byte*)&one, sizeof(ulong));
    }

    public void Dispose()
    {
        _ = Close(_device);
        _ = Close(_wake);
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
