using System.Runtime.InteropServices;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Ciphers;

/// <summary>
/// The cipher on processors with AVX-512, across packets: the blocks of many packets fill the lanes of ChaCha20, and Poly1305 runs over eight
/// packets at once. So short packets cost what their bytes cost, which no packet-by-packet interface can offer.
/// </summary>
internal sealed unsafe class Avx512PacketCipher : PacketCipher
{
    // So many packets are dealt with together that they stay in the first-level cache between the two passes.
    private const int GroupPackets = 16;
    private const int KeySlotBytes = ChaChaLanes.BlockBytes;
    private const int StreamBytes = ChaChaLanes.Count * ChaChaLanes.BlockBytes;

    private readonly byte* _memory;
    private readonly ChaChaLanes* _lanes;
    private readonly byte* _keys;
    private readonly byte* _stream;
    private readonly byte* _tags;
    private readonly SealedPacket[] _group = new SealedPacket[GroupPackets];
    private bool _disposed;

    public Avx512PacketCipher()
    {
        int bytes = 512 + (GroupPackets * KeySlotBytes) + StreamBytes + (Poly1305Avx512.Lanes * Poly1305Scalar.BlockBytes);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear(_memory, (nuint)bytes);
        _lanes = (ChaChaLanes*)_memory;
        _keys = _memory + 512;
        _stream = _keys + (GroupPackets * KeySlotBytes);
        _tags = _stream + StreamBytes;
    }

    public static bool IsSupported => ChaChaAvx512.IsSupported && BitConverter.IsLittleEndian;

    public override string Name => "AVX-512";

    public override void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            ForgetKeys();
            NativeMemory.AlignedFree(_memory);
        }
    }

    protected override void SealBatch(ReadOnlySpan<byte> key, ulong counter, byte* datagrams, int length, int datagramBytes, int gapBytes)
    {
        fixed (byte* keyBytes = key)
        {
            int count = 0;
            for (int offset = 0; offset < length; offset += datagramBytes + gapBytes)
            {
                _group[count++] = new SealedPacket
                {
                    Data = datagrams + offset + TransportLayout.HeaderBytes,
                    Length = Math.Min(datagramBytes, length - offset) - TransportLayout.OverheadBytes,
                    Counter = counter++,
                };
                if (count == GroupPackets || offset + datagramBytes + gapBytes >= length)
                {
                    Span<SealedPacket> group = _group.AsSpan(0, count);
                    RunBlocks((uint*)keyBytes, group, firstBlock: 0);
                    Authenticate(group, seal: true);
                    count = 0;
                }
            }
        }
    }

    protected override void OpenBatch(ReadOnlySpan<byte> key, Span<SealedPacket> packets)
    {
        fixed (byte* keyBytes = key)
        {
            for (int first = 0; first < packets.Length; first += GroupPackets)
            {
                Span<SealedPacket> group = packets[first..Math.Min(first + GroupPackets, packets.Length)];
                if (group.Length == 1)
                {
                    OpenOne((uint*)keyBytes, ref group[0]);
                    continue;
                }

                for (int i = 0; i < group.Length; i++)
                {
                    _lanes->Set(i, 0, group[i].Counter, _keys + (KeySlotBytes * i), ChaChaLanes.Store);
                }

                _lanes->Clear(group.Length);
                ChaChaAvx512.Run((uint*)keyBytes, _lanes);
                Authenticate(group, seal: false);
                RunBlocks((uint*)keyBytes, group, firstBlock: 1);
            }
        }
    }

    protected override void ForgetKeys() => NativeMemory.Clear(_memory, 512 + (GroupPackets * KeySlotBytes) + StreamBytes);

    // Block 0 of each packet is its one-time key, the others combine with its bytes. Lanes take the blocks as they come.
    private void RunBlocks(uint* key, ReadOnlySpan<SealedPacket> group, uint firstBlock)
    {
        ChaChaLanes* lanes = _lanes;
        int lane = 0;
        for (int i = 0; i < group.Length; i++)
        {
            ref readonly SealedPacket packet = ref group[i];
            if (firstBlock == 0)
            {
                lanes->Set(lane++, 0, packet.Counter, _keys + (KeySlotBytes * i), ChaChaLanes.Store);
                if (lane == ChaChaLanes.Count)
                {
                    ChaChaAvx512.Run(key, lanes);
                    lane = 0;
                }
            }

            uint block = 1;
            byte* data = packet.Data;
            for (int left = packet.Length; left > 0; left -= ChaChaLanes.BlockBytes)
            {
                lanes->Set(lane++, block++, packet.Counter, data, Math.Min(left, ChaChaLanes.BlockBytes));
                data += ChaChaLanes.BlockBytes;
                if (lane == ChaChaLanes.Count)
                {
                    ChaChaAvx512.Run(key, lanes);
                    lane = 0;
                }
            }
        }

        if (lane > 0)
        {
            lanes->Clear(lane);
            ChaChaAvx512.Run(key, lanes);
        }
    }

    // A lone packet: its one-time key and its first blocks come out of one run, so that a short one needs no second.
    private void OpenOne(uint* key, ref SealedPacket packet)
    {
        ChaChaLanes* lanes = _lanes;
        int blocks = 1 + ((packet.Length + ChaChaLanes.BlockBytes - 1) / ChaChaLanes.BlockBytes);
        int first = Math.Min(blocks, ChaChaLanes.Count);
        for (int i = 0; i < first; i++)
        {
            lanes->Set(i, (uint)i, packet.Counter, _stream + (ChaChaLanes.BlockBytes * i), ChaChaLanes.Store);
        }

        lanes->Clear(first);
        ChaChaAvx512.Run(key, lanes);
        Poly1305Scalar.Tag(_stream, packet.Data, packet.Length, _tags);
        packet.IsAuthentic = SameTag(_tags, packet.Data + packet.Length);
        if (!packet.IsAuthentic)
        {
            return;
        }

        ChaChaAvx512.Combine(packet.Data, _stream + ChaChaLanes.BlockBytes, Math.Min(packet.Length, (first - 1) * ChaChaLanes.BlockBytes));
        for (int block = first; block < blocks; block += ChaChaLanes.Count)
        {
            int run = Math.Min(blocks - block, ChaChaLanes.Count);
            for (int i = 0; i < run; i++)
            {
                int offset = (block + i - 1) * ChaChaLanes.BlockBytes;
                lanes->Set(i, (uint)(block + i), packet.Counter, packet.Data + offset, Math.Min(packet.Length - offset, ChaChaLanes.BlockBytes));
            }

            lanes->Clear(run);
            ChaChaAvx512.Run(key, lanes);
        }
    }

    // Tags of packets of equal length are computed together.
    private void Authenticate(Span<SealedPacket> group, bool seal)
    {
        byte** keys = stackalloc byte*[Poly1305Avx512.Lanes];
        byte** packets = stackalloc byte*[Poly1305Avx512.Lanes];
        for (int first = 0; first < group.Length;)
        {
            int length = group[first].Length;
            int count = 1;
            while (count < Poly1305Avx512.Lanes && first + count < group.Length && group[first + count].Length == length)
            {
                count++;
            }

            if (count == 1)
            {
                Poly1305Scalar.Tag(_keys + (KeySlotBytes * first), group[first].Data, length, _tags);
            }
            else
            {
                for (int lane = 0; lane < Poly1305Avx512.Lanes; lane++)
                {
                    int index = first + (lane < count ? lane : 0);
                    keys[lane] = _keys + (KeySlotBytes * index);
                    packets[lane] = group[index].Data;
                }

                Poly1305Avx512.Tags(keys, packets, length, _tags);
            }

            for (int i = 0; i < count; i++)
            {
                ref SealedPacket packet = ref group[first + i];
                byte* computed = _tags + (TransportLayout.TagBytes * i);
                byte* stored = packet.Data + packet.Length;
                if (seal)
                {
                    *(ulong*)stored = *(ulong*)computed;
                    *(ulong*)(stored + 8) = *(ulong*)(computed + 8);
                }
                else
                {
                    packet.IsAuthentic = SameTag(computed, stored);
                }
            }

            first += count;
        }
    }

    // Without a branch that depends on where they differ.
    private static bool SameTag(byte* a, byte* b) => ((*(ulong*)a ^ *(ulong*)b) | (*(ulong*)(a + 8) ^ *(ulong*)(b + 8))) == 0;
}
