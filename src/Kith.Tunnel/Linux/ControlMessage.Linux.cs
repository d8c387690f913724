using System.Runtime.InteropServices;

namespace Kith.Tunnel.Linux;

/// <summary>struct cmsghdr on 64-bit Linux with room for one small value: a u16 for UDP_SEGMENT, an int for the others.</summary>
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

    /// <summary>A message that carries an int.</summary>
    public static ControlMessage Of(int level, int type, int value) =>
        new() { Length = HeaderBytes + sizeof(int), Level = level, Type = type, Value = value };
}
