using System.Runtime.InteropServices;
using Kith.Fuzz.Coverage;
using Kith.Tunnel.Packets;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what a TUN device hands over: a virtio header and a packet. Whatever is accepted comes apart into packets that stay inside their
/// buffers, and together carry the large packet's payload.
/// </summary>
[Covers(typeof(Tunnel.Packets.PacketSplitter), typeof(Tunnel.Packets.IpPacket))]
internal sealed unsafe class PacketSplitterTarget : IFuzzTarget
{
    private const int GuardBytes = 64;
    private const byte Guard = 0x5A;

    public string Name => "packet-splitter";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (bool v6 in (bool[])[false, true])
            {
                foreach (bool tcp in (bool[])[false, true])
                {
                    byte[] packet = PacketSamples.Make(v6, tcp, 700, 1000);
                    VirtioHeader header = new()
                    {
                        Flags = VirtioHeader.NeedsChecksum,
                        GsoType = !tcp ? VirtioHeader.GsoUdp : v6 ? VirtioHeader.GsoTcpV6 : VirtioHeader.GsoTcpV4,
                        GsoSize = 300,
                        ChecksumStart = (ushort)(v6 ? 40 : 20),
                        ChecksumOffset = (ushort)(tcp ? 16 : 6),
                    };
                    yield return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<VirtioHeader>(in header)), .. packet];
                    header.GsoType = VirtioHeader.GsoNone;
                    yield return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<VirtioHeader>(in header)), .. packet];
                }
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < VirtioHeader.Bytes)
        {
            return false;
        }

        VirtioHeader header = MemoryMarshal.Read<VirtioHeader>(input);
        byte[] packet = [.. input[VirtioHeader.Bytes..], .. Enumerable.Repeat(Guard, GuardBytes)];
        int length = packet.Length - GuardBytes;
        fixed (byte* start = packet)
        {
            bool parsed = IpPacket.TryParse(start, length, out IpPacket ip);
            Oracle.True(!parsed || (ip.Length <= length && ip.HeaderBytes <= ip.Length), "a header outside its packet");
            if (header.GsoType == VirtioHeader.GsoNone)
            {
                bool completed = PacketSplitter.TryCompleteChecksum(header, start, length);
                CheckGuard(packet, length);
                return completed;
            }

            if (!PacketSplitter.TryParse(header, start, length, out PacketSplitter splitter))
            {
                return false;
            }

            Split(splitter);
        }

        CheckGuard(packet, length);
        return true;
    }

    private static void Split(in PacketSplitter splitter)
    {
        byte[] piece = new byte[splitter.PacketBytes + GuardBytes];
        fixed (byte* start = piece)
        {
            int shown = Math.Min(splitter.Count, 64);
            for (int i = 0; i < shown; i++)
            {
                Array.Fill(piece, Guard);
                int written = splitter.Write(splitter.Count - 1 - i, start);
                Oracle.True(written > 0 && written <= splitter.PacketBytes, "a piece larger than announced");
                CheckGuard(piece, splitter.PacketBytes);
            }
        }
    }

    private static void CheckGuard(byte[] buffer, int length) =>
        Oracle.True(buffer.AsSpan(length).IndexOfAnyExcept(Guard) < 0, "bytes behind the buffer were written");
}
