using System.Runtime.InteropServices;
using Kith.Fuzz.Coverage;
using Kith.Tunnel.Packets;

namespace Kith.Fuzz.Targets;

/// <summary>The input is several packets, each behind two bytes of length. What is joined must come apart into the same packets.</summary>
[Covers(typeof(Tunnel.Packets.PacketJoiner))]
internal sealed unsafe class PacketJoinerTarget : IFuzzTarget
{
    public string Name => "packet-joiner";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (bool v6 in (bool[])[false, true])
            {
                foreach (bool tcp in (bool[])[false, true])
                {
                    byte[][] packets = [PacketSamples.Make(v6, tcp, 100, 1), PacketSamples.Make(v6, tcp, 100, 101, 1), PacketSamples.Make(v6, tcp, 50, 201, 2)];
                    yield return [.. packets.SelectMany(static p => (byte[])[(byte)(p.Length >> 8), (byte)p.Length, .. p])];
                }
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        List<byte[]> packets = [];
        while (input.Length >= 2 && packets.Count < 80)
        {
            int length = Math.Min((input[0] << 8) | input[1], input.Length - 2);
            packets.Add([.. new byte[VirtioHeader.Bytes], .. input.Slice(2, length)]);
            input = input[(2 + length)..];
        }

        List<GCHandle> pins = [.. packets.Select(static p => GCHandle.Alloc(p, GCHandleType.Pinned))];
        try
        {
            return Join(packets, pins);
        }
        finally
        {
            pins.ForEach(static pin => pin.Free());
        }
    }

    private static bool Join(List<byte[]> packets, List<GCHandle> pins)
    {
        PacketJoiner joiner = default;
        List<byte[]> originals = [];
        bool anyJoined = false;
        for (int i = 0; i < packets.Count; i++)
        {
            byte* packet = (byte*)pins[i].AddrOfPinnedObject() + VirtioHeader.Bytes;
            if (!IpPacket.TryParse(packet, packets[i].Length - VirtioHeader.Bytes, out IpPacket ip))
            {
                continue;
            }

            byte[] original = new ReadOnlySpan<byte>(packet, ip.Length).ToArray();
            if (joiner.TryAppend(packet, ip, joinUdp: true))
            {
                anyJoined = true;
                originals.Add(original);
                continue;
            }

            Check(ref joiner, originals);
            originals.Clear();
            if (joiner.TryBegin(packet, ip, joinUdp: true))
            {
                originals.Add(original);
            }
        }

        Check(ref joiner, originals);
        return anyJoined;
    }

    // Splitting numbers IPv4 packets that may not be fragmented, whatever their senders wrote there.
    private static void Unnumber(byte[] packet)
    {
        if (packet[0] >> 4 == 4 && (packet[6] & 0x40) != 0)
        {
            packet.AsSpan(4, 2).Clear();
            packet.AsSpan(10, 2).Clear();
        }
    }

    private static void Check(ref PacketJoiner joiner, List<byte[]> originals)
    {
        Oracle.Equal(originals.Count, joiner.Count, "packets held");
        if (joiner.Count < 2)
        {
            joiner.Clear();
            return;
        }

        joiner.WriteHeaders();
        List<byte> large = [.. new ReadOnlySpan<byte>(joiner.First, joiner.FirstBytes)];
        for (int i = 1; i < joiner.Count; i++)
        {
            (nint start, int length) = joiner.PayloadOf(i);
            large.AddRange(new ReadOnlySpan<byte>((byte*)start, length));
        }

        Oracle.Equal(joiner.TotalBytes, large.Count, "bytes of the large packet");
        Oracle.True(large.Count <= 65535, "a large packet that IP cannot state");
        VirtioHeader header = *(VirtioHeader*)(joiner.First - VirtioHeader.Bytes);
        byte[] bytes = [.. large];
        fixed (byte* packet = bytes)
        {
            Oracle.True(PacketSplitter.TryParse(header, packet, bytes.Length, out PacketSplitter splitter), "what was joined does not parse");
            Oracle.Equal(originals.Count, splitter.Count, "packets after splitting");
            byte[] piece = new byte[splitter.PacketBytes];
            fixed (byte* destination = piece)
            {
                for (int i = 0; i < splitter.Count; i++)
                {
                    int written = splitter.Write(i, destination);
                    Unnumber(originals[i]);
                    Unnumber(piece);
                    Oracle.True(originals[i].AsSpan().SequenceEqual(piece.AsSpan(0, written)), "a packet did not come apart as it went in");
                }
            }
        }

        joiner.Clear();
    }
}
