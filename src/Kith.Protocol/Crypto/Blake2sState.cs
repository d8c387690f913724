using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>
/// BLAKE2s over input in pieces (RFC 7693 section 3). A value: copying it forks the hash, which HMAC uses to keep its padded key.
/// Not thread-safe. Lives where it is declared and allocates nothing; <see cref="Clear"/> wipes it.
/// </summary>
public struct Blake2sState
{
    private static ReadOnlySpan<byte> Sigma =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    private const int Rounds = 10;

    private readonly int _hashBytes;
    private Vector128<uint> _low;
    private Vector128<uint> _high;
    private ulong _count;
    private int _buffered;
    private Block _buffer;

    /// <summary>Begins a hash of <paramref name="hashBytes"/> bytes, keyed if <paramref name="key"/> is not empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 32 bytes of hash, or more than 32 bytes of key.</exception>
    public Blake2sState(int hashBytes, ReadOnlySpan<byte> key = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hashBytes, Blake2s.HashBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, Blake2s.KeyBytesMax);
        _hashBytes = hashBytes;
        _low = InitialLow ^ Vector128.CreateScalar(0x01010000u ^ ((uint)key.Length << 8) ^ (uint)hashBytes);
        _high = InitialHigh;
        if (!key.IsEmpty)
        {
            key.CopyTo(_buffer);
            _buffered = Blake2s.BlockBytes;
        }
    }

    private static Vector128<uint> InitialLow => Vector128.Create(0x6A09E667u, 0xBB67AE85u, 0x3C6EF372u, 0xA54FF53Au);

    private static Vector128<uint> InitialHigh => Vector128.Create(0x510E527Fu, 0x9B05688Cu, 0x1F83D9ABu, 0x5BE0CD19u);

    /// <summary>Appends input.</summary>
    public void Update(ReadOnlySpan<byte> data)
    {
        // A full buffer is kept until more comes, because the last block is compressed differently.
        int free = Blake2s.BlockBytes - _buffered;
        if (data.Length > free)
        {
            Span<byte> buffer = _buffer;
            data[..free].CopyTo(buffer[_buffered..]);
            data = data[free..];
            _buffered = 0;
            Compress(buffer, Blake2s.BlockBytes, isLast: false);
            while (data.Length > Blake2s.BlockBytes)
            {
                Compress(data, Blake2s.BlockBytes, isLast: false);
                data = data[Blake2s.BlockBytes..];
            }
        }

        data.CopyTo(((Span<byte>)_buffer)[_buffered..]);
        _buffered += data.Length;
    }

    /// <summary>Ends the hash and writes it. The state is spent afterwards.</summary>
    /// <exception cref="ArgumentException">The span's length is not the one the hash was begun with.</exception>
    public void Finish(Span<byte> hash)
    {
        CryptoThrow.IfLengthIsNot(hash, _hashBytes);
        Span<byte> buffer = _buffer;
        buffer[_buffered..].Clear();
        Compress(buffer, _buffered, isLast: true);
        Span<byte> full = stackalloc byte[Blake2s.HashBytes];
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(full[(4 * i)..], _low[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(full[(16 + (4 * i))..], _high[i]);
        }

        full[.._hashBytes].CopyTo(hash);
    }

    /// <summary>Wipes everything that depends on the input or the key.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<Vector128<uint>>(ref _low)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<Vector128<uint>>(ref _high)));
        CryptographicOperations.ZeroMemory(_buffer);
        _buffered = 0;
        _count = 0;
    }

    private void Compress(ReadOnlySpan<byte> block, int added, bool isLast)
    {
        _count += (uint)added;
        Span<uint> m = stackalloc uint[16];
        for (int i = 0; i < 16; i++)
        {
            m[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        }

        Vector128<uint> a = _low;
        Vector128<uint> b = _high;
        Vector128<uint> c = InitialLow;
        Vector128<uint> d = InitialHigh ^ Vector128.Create((uint)_count, (uint)(_count >> 32), isLast ? uint.MaxValue : 0, 0);
        ref uint words = ref MemoryMarshal.GetReference(m);
        ref byte order = ref MemoryMarshal.GetReference(Sigma);
        for (int round = 0; round < Rounds; round++)
        {
            Mix(ref a, ref b, ref c, ref d, Pick(ref words, ref order, 0), Pick(ref words, ref order, 1));
            b = Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2));
            Mix(ref a, ref b, ref c, ref d, Pick(ref words, ref order, 8), Pick(ref words, ref order, 9));
            b = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));
            order = ref Unsafe.Add(ref order, 16);
        }

        _low ^= a ^ c;
        _high ^= b ^ d;
    }

    /// <summary>Four message words: every second one of this round's order, from <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Pick(ref uint words, ref byte order, int first) => Vector128.Create(
        Unsafe.Add(ref words, Unsafe.Add(ref order, first)),
        Unsafe.Add(ref words, Unsafe.Add(ref order, first + 2)),
        Unsafe.Add(ref words, Unsafe.Add(ref order, first + 4)),
        Unsafe.Add(ref words, Unsafe.Add(ref order, first + 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d, Vector128<uint> x, Vector128<uint> y)
    {
        a += b + x;
        d = RotateRight(d ^ a, 16);
        c += d;
        b = RotateRight(b ^ c, 12);
        a += b + y;
        d = RotateRight(d ^ a, 8);
        c += d;
        b = RotateRight(b ^ c, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> RotateRight(Vector128<uint> value, int bits) => (value >>> bits) | (value << (32 - bits));

    [InlineArray(Blake2s.BlockBytes)]
    private struct Block
    {
        private byte _first;
    }
}
