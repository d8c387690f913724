using System.Buffers.Binary;

namespace Kith.Lab.Netstack;

/// <summary>A stream's content: a block of noise with its number in front, so that no two blocks are equal.</summary>
internal sealed class Pattern
{
    public const int BlockBytes = 1 << 16;

    private readonly byte[] _block = new byte[BlockBytes];
    private long _number;
    private int _offset = BlockBytes;

    public Pattern(int seed) => new Random(seed).NextBytes(_block);

    /// <summary>The next bytes of the stream, at most a block.</summary>
    public ReadOnlySpan<byte> Next(long most)
    {
        if (_offset == BlockBytes)
        {
            BinaryPrimitives.WriteInt64BigEndian(_block, _number++);
            _offset = 0;
        }

        return _block.AsSpan(_offset, (int)Math.Min(most, BlockBytes - _offset));
    }

    public void Advance(int count) => _offset += count;
}
