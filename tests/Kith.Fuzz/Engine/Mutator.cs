using System.Buffers.Binary;

namespace Kith.Fuzz.Engine;

/// <summary>Makes a new input out of known ones, in a buffer of its own, without allocating.</summary>
internal sealed partial class Mutator
{
    private const int StepsMax = 6;

    private static readonly byte[] s_interestingBytes = [0, 1, 2, 4, 6, 7, 8, 15, 16, 31, 32, 63, 64, 65, 100, 127, 128, 192, 253, 254, 255];

    private static readonly ulong[] s_interestingNumbers =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x3FF, 0x400, 0x5DC, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x00FF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
    ];

    private readonly FuzzRandom _random;
    private readonly IReadOnlyList<byte[]> _dictionary;
    private readonly byte[] _buffer;
    private readonly byte[] _scratch;
    private readonly IFuzzStructure? _structure;
    private int _length;

    public Mutator(FuzzRandom random, IReadOnlyList<byte[]> dictionary, int inputBytesMax, IFuzzStructure? structure)
    {
        _random = random;
        _structure = structure;
        _dictionary = dictionary;
        _buffer = new byte[inputBytesMax];
        _scratch = new byte[inputBytesMax];
    }

    /// <summary>A mutation of <paramref name="sample"/>; <paramref name="other"/> may lend parts. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> sample, ReadOnlySpan<byte> other)
    {
        if (_random.Below(64) == 0)
        {
            _length = _random.Below(Math.Min(_buffer.Length, 128) + 1);
            _random.Fill(_buffer.AsSpan(0, _length));
            return _buffer.AsSpan(0, _length);
        }

        _length = Math.Min(sample.Length, _buffer.Length);
        sample[.._length].CopyTo(_buffer);

        if (_structure is not null && _random.Below(2) == 0)
        {
            if (_structure.TryMutate(_random, sample, other, _buffer, out int made))
            {
                _length = made;
            }

            if (_random.Below(4) != 0)
            {
                return _buffer.AsSpan(0, _length);
            }
        }

        // Mostly few changes: an input that is wrong in many places is refused at the first.
        int steps = 1 + Math.Min(_random.Below(StepsMax), _random.Below(StepsMax));
        for (int i = 0; i < steps; i++)
        {
            Step(other);
        }

        return _buffer.AsSpan(0, _length);
    }

    private void Step(ReadOnlySpan<byte> other)
    {
        switch (_random.Below(20))
        {
            case 0 or 1:
                FlipBit();
                break;
            case 2:
                SetByte((byte)_random.Next());
                break;
            case 3:
                SetByte(s_interestingBytes[_random.Below(s_interestingBytes.Length)]);
                break;
            case 4 or 5:
                SetNumber(s_interestingNumbers[_random.Below(s_interestingNumbers.Length)]);
                break;
            case 6:
                AddToNumber();
                break;
            case 7:
                SetNumber((ulong)(_length - Position() + _random.Below(5) - 2));
                break;
            case 8:
                _length = _random.Below(_length + 1);
                break;
            case 9:
                InsertRandom();
                break;
            case 10:
                Delete();
                break;
            case 11:
                Duplicate();
                break;
            case 12:
                Splice(other);
                break;
            case 13 or 14:
                UseDictionary();
                break;
            case 15:
                FillRange();
                break;
            case 16 or 17:
                ResizeField();
                break;
            case 18:
                SetDecimal();
                break;
            default:
                ChangeLine();
                break;
        }
    }

    private int Position() => _random.Below(Math.Max(_length, 1));

    /// <summary>A short length most of the time, any length sometimes.</summary>
    private int RangeLength(int max) => _random.Below(Math.Min(max, _random.Below(4) == 0 ? max : 16) + 1);

    private void FlipBit()
    {
        if (_length > 0)
        {
            _buffer[Position()] ^= (byte)(1 << _random.Below(8));
        }
    }

    private void SetByte(byte value)
    {
        if (_length > 0)
        {
            _buffer[Position()] = value;
        }
    }

    private void SetNumber(ulong value)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, value);
        if (_random.Below(4) == 0)
        {
            number.Reverse();
            Overwrite(number[..(1 << _random.Below(4))]);
        }
        else
        {
            Overwrite(number[(8 - (1 << _random.Below(4)))..]);
        }
    }

    private void AddToNumber()
    {
        int width = 1 << _random.Below(3);
        if (_length < width)
        {
            return;
        }

        Span<byte> field = _buffer.AsSpan(_random.Below(_length - width + 1), width);
        int difference = _random.Below(33) - 16;
        for (int i = width - 1; i >= 0 && difference != 0; i--)
        {
            int sum = field[i] + difference;
            field[i] = (byte)sum;
            difference = sum >> 8;
        }
    }

    private void Overwrite(ReadOnlySpan<byte> bytes)
    {
        int at = Position();
        int count = Math.Min(bytes.Length, _length - at);
        if (count > 0)
        {
            bytes[..count].CopyTo(_buffer.AsSpan(at));
        }
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _buffer.Length - _length);
        Buffer.BlockCopy(_buffer, at, _buffer, at + count, _length - at);
        bytes[..count].CopyTo(_buffer.AsSpan(at));
        _length += count;
    }

    private void InsertRandom()
    {
        Span<byte> bytes = _scratch.AsSpan(0, RangeLength(Math.Min(64, _scratch.Length)));
        _random.Fill(bytes);
        Insert(_random.Below(_length + 1), bytes);
    }

    private void Delete()
    {
        int at = Position();
        int count = RangeLength(_length - at);
        Buffer.BlockCopy(_buffer, at + count, _buffer, at, _length - at - count);
        _length -= count;
    }

    private void Duplicate()
    {
        int at = Position();
        int count = RangeLength(_length - at);
        _buffer.AsSpan(at, count).CopyTo(_scratch);
        Insert(_random.Below(_length + 1), _scratch.AsSpan(0, count));
    }

    private void Splice(ReadOnlySpan<byte> other)
    {
        if (other.IsEmpty)
        {
            return;
        }

        int from = _random.Below(other.Length);
        ReadOnlySpan<byte> part = other.Slice(from, RangeLength(other.Length - from));
        switch (_random.Below(3))
        {
            case 0:
                Overwrite(part);
                break;
            case 1:
                Insert(_random.Below(_length + 1), part);
                break;
            default:
                _length = Math.Min(_length, from);
                Insert(_length, other[from..]);
                break;
        }
    }

    private void UseDictionary()
    {
        if (_dictionary.Count == 0)
        {
            FlipBit();
            return;
        }

        byte[] token = _dictionary[_random.Below(_dictionary.Count)];
        if (_random.Below(2) == 0)
        {
            Overwrite(token);
        }
        else
        {
            Insert(_random.Below(_length + 1), token);
        }
    }

    private void FillRange()
    {
        int at = Position();
        _buffer.AsSpan(at, RangeLength(_length - at)).Fill(_random.Below(2) == 0 ? (byte)0 : (byte)0xFF);
    }
}
