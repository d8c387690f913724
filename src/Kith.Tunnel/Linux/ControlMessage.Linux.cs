using System.Runtime.InteropServices;

namespace Kith.Tunnel.Linux;

/// <summary>struct cmsghdr on 64-bit Linux with room for the one small value that UDP_SEGMENT (u16) and UDP_GRO (int) carry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlMessage
{
    /// <summary>Bytes of the header alone.</summary>
    public const int HeaderBytes = 16;

    public nuint Length;
    public int Level;
    public int Type;
    public int Value;
    public int Padding;
}
