using System.Runtime.InteropServices;
using Kith.Lab.Harness;

namespace Kith.Lab.Emulator;

/// <summary>
/// A raw Ethernet socket on one interface, see packet(7). Every frame is preceded by the ten bytes of a virtio-net header, so that a frame
/// whose checksum is still to be computed is passed on as such.
/// </summary>
internal sealed unsafe partial class PacketSocket : IDisposable
{
    /// <summary>Bytes of the virtio-net header before each frame.</summary>
    public const int HeaderBytes = 10;

    /// <summary>The largest frame, header included: what segmentation offload could hand over at most.</summary>
    public const int FrameBytesMax = 65_536 + 64;

    private const int AddressFamilyPacket = 17;
    private const int Raw = 3;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SocketLevel = 1;
    private const int ReceiveBufferForce = 33;
    private const int PacketLevel = 263;
    private const int PacketVirtioHeader = 15;
    private const int PacketIgnoreOutgoing = 23;
    private const int BufferBytes = 32 * 1024 * 1024;
    private const ushort AllProtocolsNetworkOrder = 0x0300;

    private readonly int _descriptor;

    private PacketSocket(int descriptor) => _descriptor = descriptor;

    /// <summary>The file descriptor, for poll.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Opens a socket in the calling thread's network namespace.</summary>
    public static PacketSocket Open(string interfaceName)
    {
        uint index = InterfaceIndex(interfaceName);
        if (index == 0)
        {
            throw new LabException($"no interface {interfaceName}");
        }

        // Protocol 0: nothing is received before the socket is set up and bound.
        PacketSocket opened = new(Check(OpenSocket(AddressFamilyPacket, Raw | NonBlocking | CloseOnExec, 0), "socket"));
        opened.Set(SocketLevel, ReceiveBufferForce, BufferBytes);
        opened.Set(PacketLevel, PacketVirtioHeader, 1);
        opened.Set(PacketLevel, PacketIgnoreOutgoing, 1);
        LinkLayerAddress address = new() { Family = AddressFamilyPacket, Protocol = AllProtocolsNetworkOrder, InterfaceIndex = (int)index };
        Check(Bind(opened._descriptor, &address, sizeof(LinkLayerAddress)), "bind");
        return opened;
    }

    /// <summary>Receives one frame with its header; 0 if none waits.</summary>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint count = Read(_descriptor, bytes, (nuint)buffer.Length);
            return count < 0 ? 0 : (int)count;
        }
    }

    /// <summary>Sends one frame with its header; false if the kernel would not take it, as when the other end is down.</summary>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            return Write(_descriptor, bytes, (nuint)frame.Length) == frame.Length;
        }
    }

    public void Dispose() => _ = Close(_descriptor);

    private static int Check(int result, string what) =>
        result >= 0 ? result : throw new LabException($"{what}: error {Marshal.GetLastPInvokeError()}");

    private void Set(int level, int option, int value) => Check(SetOption(_descriptor, level, option, &value, sizeof(int)), $"setsockopt {option}");

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int descriptor, int level, int option, void* value, int bytes);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int descriptor, LinkLayerAddress* address, int bytes);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* buffer, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* buffer, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    // struct sockaddr_ll
    [StructLayout(LayoutKind.Sequential)]
    private struct LinkLayerAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int InterfaceIndex;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }
}
