using System.Runtime.InteropServices;

namespace Kith.Tunnel.Linux;

/// <summary>struct mmsghdr on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiMessageHeader
{
    public MessageHeader Header;
    public uint Length;
}
