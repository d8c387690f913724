using System.Runtime.InteropServices;

namespace Kith.Tunnel.Linux;

/// <summary>
/// A conversation with the kernel about links, addresses and routes. Belongs to the network namespace of the thread that opened it.
/// Thread-safe: one request at a time.
/// </summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int ReceiveBytes = 64 << 10;

    private readonly Lock _lock = new();
    private readonly byte[] _receive = GC.AllocateArray<byte>(ReceiveBytes, pinned: true);
    private readonly int _fd;
    private uint _sequence;
    private bool _disposed;

    /// <summary>Opens the socket; with <paramref name="groups"/> (RTMGRP bits) it also receives announcements.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public NetlinkSocket(uint groups = 0)
    {
        _fd = Libc.Socket(Libc.AfNetlink, Libc.SockRaw | Libc.SockCloexec, 0);
        if (_fd < 0)
        {
            throw new IOException($"netlink: {Libc.Describe(Libc.Errno)}");
        }

        NetlinkAddress address = new() { Family = Libc.AfNetlink, Groups = groups };
        if (Libc.Bind(_fd, &address, (uint)sizeof(NetlinkAddress)) < 0)
        {
            int errno = Libc.Errno;
            _ = Libc.Close(_fd);
            throw new IOException($"netlink: {Libc.Describe(errno)}");
        }
    }

    /// <summary>What is called with each message of a dump: its kind and its bytes behind the header.</summary>
    public delegate void MessageHandler(RouteMessage type, ReadOnlySpan<byte> body);

    /// <summary>For poll; the owner must not read from it.</summary>
    public int Descriptor => _fd;

    /// <summary>Sends a request and waits for its acknowledgement: 0, or the errno.</summary>
    public int Request(NetlinkMessage message) => Exchange(message, null);

    /// <summary>Sends a dump request and hands over each message until the kernel is done: 0, or the errno.</summary>
    public int Dump(NetlinkMessage message, MessageHandler handler) => Exchange(message, handler);

    /// <summary>Throws away whatever announcements have come in.</summary>
    public void Drain()
    {
        fixed (byte* buffer = _receive)
        {
            while (Libc.Receive(_fd, buffer, ReceiveBytes, Libc.MsgDontwait) > 0)
            {
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = Libc.Close(_fd);
            }
        }
    }

    private int Exchange(NetlinkMessage message, MessageHandler? handler)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            uint sequence = ++_sequence;
            ReadOnlySpan<byte> bytes = message.Finish(sequence);
            fixed (byte* pointer = bytes)
            {
                NetlinkAddress kernel = new() { Family = Libc.AfNetlink };
                if (Libc.SendTo(_fd, pointer, (nuint)bytes.Length, 0, &kernel, (uint)sizeof(NetlinkAddress)) < 0)
                {
                    return Libc.Errno;
                }
            }

            fixed (byte* buffer = _receive)
            {
                while (true)
                {
                    nint received = Libc.Receive(_fd, buffer, ReceiveBytes, 0);
                    if (received < 0)
                    {
                        if (Libc.Errno == Libc.Eintr)
                        {
                            continue;
                        }

                        return Libc.Errno;
                    }

                    if (TryFinish(_receive.AsSpan(0, (int)received), sequence, handler, out int result))
                    {
                        return result;
                    }
                }
            }
        }
    }

    private static bool TryFinish(ReadOnlySpan<byte> datagram, uint sequence, MessageHandler? handler, out int result)
    {
        result = 0;
        while (datagram.Length >= NetlinkMessage.HeaderBytes)
        {
            int length = MemoryMarshal.Read<int>(datagram);
            if (length < NetlinkMessage.HeaderBytes || length > datagram.Length)
            {
                result = Libc.Eio;
                return true;
            }

            RouteMessage type = (RouteMessage)MemoryMarshal.Read<ushort>(datagram[4..]);
            ReadOnlySpan<byte> body = datagram[NetlinkMessage.HeaderBytes..length];
            if (MemoryMarshal.Read<uint>(datagram[8..]) == sequence)
            {
                switch (type)
                {
                    case RouteMessage.Error:
                        result = body.Length >= 4 ? -MemoryMarshal.Read<int>(body) : Libc.Eio;
                        return true;
                    case RouteMessage.Done:
                        return true;
                    default:
                        handler?.Invoke(type, body);
                        break;
                }
            }

            datagram = datagram[Math.Min((length + 3) & ~3, datagram.Length)..];
        }

        return false;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint PortId;
        public uint Groups;
    }
}
