using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Linux;

/// <summary>
/// One rtnetlink request under construction (rtnetlink(7)): a header, one fixed structure and attributes, each aligned to 4 bytes.
/// Used for set-up alone, never on the packet path.
/// </summary>
internal sealed class NetlinkMessage
{
    public const int HeaderBytes = 16;

    /// <summary>NLM_F_REQUEST | NLM_F_ACK.</summary>
    public const ushort RequestWithAck = 0x5;

    /// <summary>NLM_F_REQUEST | NLM_F_DUMP.</summary>
    public const ushort RequestDump = 0x301;

    /// <summary>NLM_F_CREATE.</summary>
    public const ushort Create = 0x400;

    /// <summary>NLM_F_REPLACE.</summary>
    public const ushort Replace = 0x100;

    private const int SizeMax = 1024;
    private const int NestedFlag = 0x8000;

    private readonly byte[] _buffer = new byte[SizeMax];
    private int _length = HeaderBytes;

    public NetlinkMessage(RouteMessage type, ushort flags)
    {
        MemoryMarshal.Write(_buffer.AsSpan(4), (ushort)type);
        MemoryMarshal.Write(_buffer.AsSpan(6), flags);
    }

    /// <summary>Stamps length and sequence number and returns the bytes to send.</summary>
    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        MemoryMarshal.Write(_buffer, _length);
        MemoryMarshal.Write(_buffer.AsSpan(8), sequence);
        return _buffer.AsSpan(0, _length);
    }

    public NetlinkMessage Byte(byte value)
    {
        _buffer[_length++] = value;
        return this;
    }

    public NetlinkMessage UInt16(ushort value) => Put(value);

    public NetlinkMessage UInt32(uint value) => Put(value);

    public NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        int start = BeginAttribute(type);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
        EndAttribute(start);
        return this;
    }

    public NetlinkMessage Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, value);
        return Attribute(type, bytes);
    }

    public NetlinkMessage Attribute(ushort type, InternetAddress address)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        return Attribute(type, bytes[..address.WriteTo(bytes)]);
    }

    public NetlinkMessage Attribute(ushort type, string text) => Attribute(type, Encoding.ASCII.GetBytes(text + '\0'));

    public NetlinkMessage Nested(ushort type, Action<NetlinkMessage> fill)
    {
        int start = BeginAttribute((ushort)(type | NestedFlag));
        fill(this);
        EndAttribute(start);
        return this;
    }

    private NetlinkMessage Put<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_buffer.AsSpan(_length), value);
        _length += Marshal.SizeOf<T>();
        return this;
    }

    private int BeginAttribute(ushort type)
    {
        int start = _length;
        MemoryMarshal.Write(_buffer.AsSpan(start + 2), type);
        _length += 4;
        return start;
    }

    private void EndAttribute(int start)
    {
        MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)(_length - start));
        _length = (_length + 3) & ~3;
    }
}
