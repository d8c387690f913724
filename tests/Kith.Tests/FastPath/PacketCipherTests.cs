using System.Buffers.Binary;
using Kith.Protocol.Crypto;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tests.FastPath;

/// <summary>Each cipher of the packet path against libcrypto's, and against the RFC where its shape allows.</summary>
public sealed unsafe class PacketCipherTests
{
    public static TheoryData<string> Names => Avx512PacketCipher.IsSupported ? ["libcrypto", "AVX-512"] : ["libcrypto"];

    [Theory]
    [MemberData(nameof(Names))]
    public void every_length_seals_and_opens_as_libcrypto_does(string name)
    {
        using PacketCipher cipher = Create(name);
        for (int length = 0; length <= 2200; length += length < 300 ? 1 : 13)
        {
            CheckBatch(cipher, [length], seed: length);
            CheckBatch(cipher, [.. Enumerable.Repeat(length, 9)], seed: length);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void batches_of_any_size_with_a_shorter_last_packet_agree(string name)
    {
        using PacketCipher cipher = Create(name);
        for (int count = 1; count <= 64; count++)
        {
            Random random = new(count);
            int length = random.Next(1, 1500);
            CheckBatch(cipher, [.. Enumerable.Repeat(length, count - 1), random.Next(0, length + 1)], seed: count);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void hostile_keys_and_counters_agree(string name)
    {
        using PacketCipher cipher = Create(name);
        byte[][] keys = [new byte[32], [.. Enumerable.Repeat((byte)0xFF, 32)], [.. Enumerable.Range(0, 32).Select(static i => (byte)i)]];
        ulong[] counters = [0, uint.MaxValue - 3, uint.MaxValue, (1UL << 32) - 20, TransportCounterMax];
        foreach (byte[] key in keys)
        {
            foreach (ulong counter in counters)
            {
                foreach (byte fill in (byte[])[0, 0xFF, 0x80])
                {
                    byte[][] plaintexts = [.. Enumerable.Range(0, 20).Select(_ => Enumerable.Repeat(fill, 1360).ToArray())];
                    CheckBatch(cipher, key, counter, plaintexts);
                }
            }
        }
    }

    private const ulong TransportCounterMax = ulong.MaxValue - (1 << 13) - 100;

    [Theory]
    [MemberData(nameof(Names))]
    public void each_wrong_bit_is_found_and_the_packets_beside_it_still_open(string name)
    {
        using PacketCipher cipher = Create(name);
        byte[] key = Bytes(1, 32);
        foreach (int count in (int[])[1, 2, 8, 17])
        {
            for (int trial = 0; trial < 200; trial++)
            {
                Random random = new((count * 1000) + trial);
                int length = random.Next(0, 400);
                byte[][] plaintexts = [.. Enumerable.Range(0, count).Select(i => Bytes(i + trial, length))];
                using NativeBlock block = Lay(plaintexts);
                int stride = length + TransportLayout.OverheadBytes;
                cipher.Seal(key, 5, block.Pointer, block.Span.Length, stride);
                int victim = random.Next(count);
                block.Span[(victim * stride) + TransportLayout.HeaderBytes + random.Next(length + TransportLayout.TagBytes)] ^= (byte)(1 << random.Next(8));
                SealedPacket[] packets = Packets(block, plaintexts, 5);
                cipher.Open(key, packets);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(i != victim, packets[i].IsAuthentic);
                    Assert.True(i == victim || plaintexts[i].AsSpan().SequenceEqual(new ReadOnlySpan<byte>(packets[i].Data, length)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void wrong_key_and_wrong_counter_open_nothing(string name)
    {
        using PacketCipher cipher = Create(name);
        byte[][] plaintexts = [.. Enumerable.Range(0, 20).Select(static i => Bytes(i, 200))];
        using NativeBlock block = Lay(plaintexts);
        cipher.Seal(Bytes(1, 32), 5, block.Pointer, block.Span.Length, 200 + TransportLayout.OverheadBytes);
        using NativeBlock copy = new(block.Span);
        SealedPacket[] packets = Packets(block, plaintexts, 5);
        cipher.Open(Bytes(2, 32), packets);
        Assert.All(packets, static p => Assert.False(p.IsAuthentic));
        packets = Packets(copy, plaintexts, 6);
        cipher.Open(Bytes(1, 32), packets);
        Assert.All(packets, static p => Assert.False(p.IsAuthentic));
    }

    [Fact]
    public void poly1305_gives_the_rfcs_tags()
    {
        // RFC 8439 section 2.5.2 gives a tag over a bare message; ours always appends the block of lengths, so the vectors of
        // appendix A.3 serve that stress the reduction: r = 2 and messages around the modulus, against arithmetic done plainly.
        foreach (string keyStart in (string[])["02", "01", "05", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"])
        {
            foreach (string pad in (string[])["", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"])
            {
                foreach (string message in (string[])["FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FBFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FDFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FAFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF01", "02"])
                {
                    byte[] key = new byte[64];
                    Convert.FromHexString(keyStart).CopyTo(key, 0);
                    Convert.FromHexString(pad).CopyTo(key, 16);
                    for (int copies = 1; copies <= 6; copies++)
                    {
                        CheckTag(key, [.. Enumerable.Repeat(Convert.FromHexString(message), copies).SelectMany(static m => m)]);
                    }
                }
            }
        }
    }

    private static void CheckTag(byte[] key, byte[] message)
    {
        using NativeBlock keyBlock = new(key);
        using NativeBlock data = new(message);
        using NativeBlock tags = new(16 * Poly1305Avx512.Lanes);
        byte[] expected = PlainTag(key, message);
        Poly1305Scalar.Tag(keyBlock.Pointer, data.Pointer, message.Length, tags.Pointer);
        Assert.Equal(expected, tags.Span[..16].ToArray());
        if (Avx512PacketCipher.IsSupported)
        {
            byte** keys = stackalloc byte*[Poly1305Avx512.Lanes];
            byte** packets = stackalloc byte*[Poly1305Avx512.Lanes];
            for (int i = 0; i < Poly1305Avx512.Lanes; i++)
            {
                keys[i] = keyBlock.Pointer;
                packets[i] = data.Pointer;
            }

            Poly1305Avx512.Tags(keys, packets, message.Length, tags.Pointer);
            for (int i = 0; i < Poly1305Avx512.Lanes; i++)
            {
                Assert.Equal(expected, tags.Span.Slice(16 * i, 16).ToArray());
            }
        }
    }

    private static byte[] PlainTag(byte[] key, byte[] message)
    {
        System.Numerics.BigInteger modulus = (System.Numerics.BigInteger.One << 130) - 5;
        byte[] clamped = key[..16];
        foreach (int i in (int[])[3, 7, 11, 15])
        {
            clamped[i] &= 15;
        }

        foreach (int i in (int[])[4, 8, 12])
        {
            clamped[i] &= 252;
        }

        System.Numerics.BigInteger r = new(clamped, isUnsigned: true);
        System.Numerics.BigInteger sum = 0;
        byte[] padded = [.. message, .. new byte[(16 - (message.Length % 16)) % 16], .. new byte[8], .. BitConverter.GetBytes((ulong)message.Length)];
        foreach (byte[] block in padded.Chunk(16))
        {
            sum = (sum + new System.Numerics.BigInteger([.. block, 1], isUnsigned: true)) * r % modulus;
        }

        sum += new System.Numerics.BigInteger(key.AsSpan(16, 16), isUnsigned: true);
        byte[] bytes = sum.ToByteArray(isUnsigned: true);
        byte[] tag = new byte[16];
        bytes.AsSpan(0, Math.Min(16, bytes.Length)).CopyTo(tag);
        return tag;
    }

    private static PacketCipher Create(string name)
    {
        PacketCipher cipher = PacketCipher.Create(mayUseVectors: name != "libcrypto");
        Assert.Equal(name, cipher.Name);
        return cipher;
    }

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void CheckBatch(PacketCipher cipher, int[] lengths, int seed)
    {
        Random random = new(seed);
        byte[][] plaintexts = [.. lengths.Select(length => Bytes(random.Next(), length))];
        CheckBatch(cipher, Bytes(random.Next(), 32), (ulong)random.NextInt64(), plaintexts);
    }

    private static void CheckBatch(PacketCipher cipher, byte[] key, ulong counter, byte[][] plaintexts)
    {
        using NativeBlock block = Lay(plaintexts);
        int stride = plaintexts[0].Length + TransportLayout.OverheadBytes;
        cipher.Seal(key, counter, block.Pointer, block.Span.Length, stride);
        using ChaChaPoly reference = new();
        for (int i = 0; i < plaintexts.Length; i++)
        {
            byte[] expected = new byte[plaintexts[i].Length + TransportLayout.TagBytes];
            reference.Seal(key, counter + (ulong)i, default, plaintexts[i], expected);
            Assert.Equal((ulong)i, BinaryPrimitives.ReadUInt64LittleEndian(block.Span[(i * stride)..]));
            Assert.True(expected.AsSpan().SequenceEqual(block.Span.Slice((i * stride) + TransportLayout.HeaderBytes, expected.Length)), $"packet {i} of {plaintexts.Length}, {plaintexts[i].Length} bytes");
        }

        SealedPacket[] packets = Packets(block, plaintexts, counter);
        cipher.Open(key, packets);
        for (int i = 0; i < plaintexts.Length; i++)
        {
            Assert.True(packets[i].IsAuthentic);
            Assert.True(plaintexts[i].AsSpan().SequenceEqual(new ReadOnlySpan<byte>(packets[i].Data, plaintexts[i].Length)));
        }
    }

    // Datagrams one behind the other, each header a number that must stay as it is.
    private static NativeBlock Lay(byte[][] plaintexts)
    {
        int stride = plaintexts[0].Length + TransportLayout.OverheadBytes;
        NativeBlock block = new(((plaintexts.Length - 1) * stride) + plaintexts[^1].Length + TransportLayout.OverheadBytes);
        for (int i = 0; i < plaintexts.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(block.Span[(i * stride)..], (ulong)i);
            plaintexts[i].CopyTo(block.Span[((i * stride) + TransportLayout.HeaderBytes)..]);
        }

        return block;
    }

    private static SealedPacket[] Packets(NativeBlock block, byte[][] plaintexts, ulong counter)
    {
        int stride = plaintexts[0].Length + TransportLayout.OverheadBytes;
        SealedPacket[] packets = new SealedPacket[plaintexts.Length];
        for (int i = 0; i < packets.Length; i++)
        {
            packets[i] = new SealedPacket { Data = block.Pointer + (i * stride) + TransportLayout.HeaderBytes, Length = plaintexts[i].Length, Counter = counter + (ulong)i };
        }

        return packets;
    }
}
