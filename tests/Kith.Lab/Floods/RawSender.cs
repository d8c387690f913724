using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Kith.Lab.Harness;
using Kith.Tunnel.Linux;

namespace Kith.Lab.Floods;

/// <summary>UDP over IPv4 with whatever source one likes, many at once: a raw socket, see raw(7). Belongs to one thread.</summary>
internal sealed unsafe class RawSender : IDisposable
{
    /// <summary>Datagrams of one call.</summary>
    public const int BatchMax = 64;

    private const int HeaderBytes = 28;
    private const int RawProtocol = 255;
    private const byte UdpProtocol = 17;

    private readonly int _descriptor;
    private readonly int _stride;
    private readonly byte* _memory;
    private readonly MultiMessageHeader* _messages;
    private readonly IoVector* _vectors;
    private readonly NativeAddress* _address;

    /// <summary>Opens one in the calling thread's network namespace.</summary>
    /// <param name="target">Where to: an IPv4 address in host order, and a port.</param>
    /// <param name="bytesMax">The longest datagram.</param>
    public RawSender((uint Address, ushort Port) target, int bytesMax)
    {
        _descriptor = Libc.Socket(Libc.AfInet, Libc.SockRaw | Libc.SockCloexec, RawProtocol);
        if (_descriptor < 0)
        {
            throw new LabException($"no raw socket: {Libc.Describe(Libc.Errno)}");
        }

        _ = Libc.TrySetOption(_descriptor, Libc.SolSocket, Libc.SoSndbufForce, 4 << 20);
        _stride = (HeaderBytes + bytesMax + 63) & ~63;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(BatchMax * _stride));
        _messages = (MultiMessageHeader*)NativeMemory.AllocZeroed(BatchMax, (nuint)sizeof(MultiMessageHeader));
        _vectors = (IoVector*)NativeMemory.AllocZeroed(BatchMax, (nuint)sizeof(IoVector));
        _address = (NativeAddress*)NativeMemory.AllocZeroed((nuint)sizeof(NativeAddress));
        *_address = NativeAddress.From(new Protocol.Wire.InternetEndpoint(Protocol.Wire.InternetAddress.FromV4(target.Address), 0));
        for (int i = 0; i < BatchMax; i++)
        {
            byte* packet = _memory + (i * _stride);
            Span<byte> header = new(packet, HeaderBytes);
            header[0] = 0x45;
            header[8] = 64;
            header[9] = UdpProtocol;
            BinaryPrimitives.WriteUInt32BigEndian(header[16..], target.Address);
            BinaryPrimitives.WriteUInt16BigEndian(header[22..], target.Port);
            _vectors[i].Base = packet;
            _messages[i].Header = new MessageHeader { Name = _address, NameLength = _address->Length, Vectors = _vectors + i, VectorCount = 1 };
        }
    }

    /// <summary>Makes and sends so many datagrams, at most <see cref="BatchMax"/>; returns how many the system took.</summary>
    public int Send(IForgery forgery, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte* packet = _memory + (i * _stride);
            int length = forgery.Write(new Span<byte>(packet + HeaderBytes, _stride - HeaderBytes));
            (uint address, ushort port) = forgery.NextSource();
            Span<byte> header = new(packet, HeaderBytes);
            BinaryPrimitives.WriteUInt32BigEndian(header[12..], address);
            BinaryPrimitives.WriteUInt16BigEndian(header[20..], port);

            // No checksum, which UDP over IPv4 may leave out; that of the IP header the kernel fills in.
            BinaryPrimitives.WriteUInt16BigEndian(header[24..], (ushort)(8 + length));
            _vectors[i].Length = (nuint)(HeaderBytes + length);
        }

        return Math.Max(0, Libc.SendMessages(_descriptor, _messages, (uint)count, 0));
    }

    public void Dispose()
    {
        _ = Libc.Close(_descriptor);
        NativeMemory.Free(_memory);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_address);
    }
}
