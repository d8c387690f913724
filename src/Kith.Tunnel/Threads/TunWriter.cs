using Kith.Tunnel.Linux;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>Writes received packets to the TUN device, joined where they allow it. Belongs to one thread; packets stay where they are until <see cref="Flush"/>.</summary>
internal sealed unsafe class TunWriter(TunDevice tun, FastPathOptions options, ThreadCounters counters)
{
    private readonly bool _joinTcp = options.UseTunCoalescing && tun.Offloads.HasFlag(TunOffloads.Tcp);
    private readonly bool _joinUdp = options.UseTunCoalescing && tun.Offloads.HasFlag(TunOffloads.Udp);
    private PacketJoiner _joiner;

    /// <summary>Takes a packet that has <see cref="VirtioHeader.Bytes"/> free bytes before it.</summary>
    public void Add(byte* packet, in IpPacket ip)
    {
        if (_joinTcp)
        {
            if (_joiner.TryAppend(packet, ip, _joinUdp))
            {
                return;
            }

            Flush();
            if (_joiner.TryBegin(packet, ip, _joinUdp))
            {
                return;
            }
        }

        *(VirtioHeader*)(packet - VirtioHeader.Bytes) = default;
        Count(tun.Write(packet - VirtioHeader.Bytes, VirtioHeader.Bytes + ip.Length), 1);
    }

    /// <summary>Writes what is held.</summary>
    public void Flush()
    {
        int count = _joiner.Count;
        if (count == 0)
        {
            return;
        }

        _joiner.WriteHeaders();
        byte* start = _joiner.First - VirtioHeader.Bytes;
        int firstBytes = VirtioHeader.Bytes + _joiner.FirstBytes;
        if (count == 1)
        {
            Count(tun.Write(start, firstBytes), 1);
        }
        else
        {
            IoVector* vectors = stackalloc IoVector[PacketJoiner.PacketCountMax];
            vectors[0] = new IoVector { Base = start, Length = (nuint)firstBytes };
            for (int i = 1; i < count; i++)
            {
                (nint payload, int length) = _joiner.PayloadOf(i);
                vectors[i] = new IoVector { Base = (byte*)payload, Length = (nuint)length };
            }

            Count(tun.WriteVector(vectors, count), count);
        }

        _joiner.Clear();
    }

    private void Count(bool written, int packets)
    {
        if (written)
        {
            counters.Writes++;
        }
        else
        {
            counters.Drop(FastPathDrop.TunWriteFailed, packets);
        }
    }
}
