using System.Buffers.Binary;

namespace Kith.Fuzz.Engine;

/// <content>Changes that keep lengths right: what they mean to is guessed from the bytes.</content>
internal sealed partial class Mutator
{
    private const int FieldAttempts = 24;
    private const int NumberDigitsMax = 20;

    private static readonly byte[][] s_decimals =
    [
        .. new[] { "0", "1", "-1", "00", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616" }
            .Select(FuzzText.Bytes),
    ];

    /// <summary>Finds a number that says how long what follows it is, makes that longer, shorter or another, and the number and those around it with it.</summary>
    private void ResizeField()
    {
        for (int attempt = 0; attempt < FieldAttempts && _length > 1; attempt++)
        {
            int at = _random.Below(_length);
            int width = 1 << _random.Below(3);
            if (!TryReadLength(at, width, out int content) || content == 0)
            {
                continue;
            }

            int start = at + width;
            int changed = _random.Below(4) switch
            {
                0 => 0,
                1 => content + 1 + _random.Below(16),
                2 => _random.Below(content),
                _ => content,
            };
            int difference = changed - content;
            if (_length + difference > _buffer.Length || !FitsWidth(changed, width))
            {
                continue;
            }

            MoveTail(start + content, difference);
            _random.Fill(_buffer.AsSpan(start + Math.Min(content, changed), Math.Max(0, difference)));
            if (difference == 0)
            {
                _random.Fill(_buffer.AsSpan(start, content));
            }

            WriteLength(at, width, changed);
            WidenAround(at, start + content, difference);
            return;
        }

        FlipBit();
    }

    // A field in a field: whatever before it states an end at or behind the field's own is made to end there still.
    private void WidenAround(int before, int oldEnd, int difference)
    {
        for (int at = 0; at < before && difference != 0; at++)
        {
            for (int width = 4; width >= 2; width /= 2)
            {
                if (at + width <= before && TryReadRaw(at, width, out uint content) && content > 0 && at + width + content >= (uint)oldEnd && at + width + content <= (uint)(_length - difference)
                    && FitsWidth((int)content + difference, width))
                {
                    WriteLength(at, width, (int)content + difference);
                    break;
                }
            }
        }
    }

    private bool TryReadLength(int at, int width, out int content)
    {
        bool any = TryReadRaw(at, width, out uint raw) && raw <= (uint)(_length - at - width);
        content = (int)raw;
        return any;
    }

    private bool TryReadRaw(int at, int width, out uint value)
    {
        value = 0;
        if (at + width > _length)
        {
            return false;
        }

        ReadOnlySpan<byte> field = _buffer.AsSpan(at);
        value = width switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(field),
            _ => BinaryPrimitives.ReadUInt32BigEndian(field),
        };
        return true;
    }

    private void WriteLength(int at, int width, int value)
    {
        for (int i = width - 1; i >= 0; i--, value >>= 8)
        {
            _buffer[at + i] = (byte)value;
        }
    }

    private static bool FitsWidth(int value, int width) => value >= 0 && (width == 4 || value < 1 << (8 * width));

    private void MoveTail(int from, int difference)
    {
        Buffer.BlockCopy(_buffer, from, _buffer, from + difference, _length - from);
        _length += difference;
    }

    /// <summary>Puts another number where digits are.</summary>
    private void SetDecimal()
    {
        if (!TryFindDigits(out int at, out int count))
        {
            FlipBit();
            return;
        }

        Replace(at, count, s_decimals[_random.Below(s_decimals.Length)]);
    }

    private bool TryFindDigits(out int at, out int count)
    {
        count = 0;
        at = _length == 0 ? 0 : _random.Below(_length);
        int found = _buffer.AsSpan(at, _length - at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (found < 0)
        {
            return false;
        }

        at += found;
        while (count < NumberDigitsMax && at + count < _length && _buffer[at + count] is >= (byte)'0' and <= (byte)'9')
        {
            count++;
        }

        return true;
    }

    private void Replace(int at, int count, ReadOnlySpan<byte> by)
    {
        if (_length - count + by.Length <= _buffer.Length)
        {
            MoveTail(at + count, by.Length - count);
            by.CopyTo(_buffer.AsSpan(at));
        }
    }

    /// <summary>Doubles, drops or moves a line of text.</summary>
    private void ChangeLine()
    {
        int from = Position();
        int first = _buffer.AsSpan(from, _length - from).IndexOf((byte)'\n');
        int second = first < 0 ? -1 : _buffer.AsSpan(from + first + 1, _length - from - first - 1).IndexOf((byte)'\n');
        if (second < 0)
        {
            FlipBit();
            return;
        }

        int at = from + first + 1;
        int count = Math.Min(second + 1, _scratch.Length);
        _buffer.AsSpan(at, count).CopyTo(_scratch);
        int what = _random.Below(3);
        if (what != 0)
        {
            MoveTail(at + count, -count);
        }

        if (what != 1)
        {
            Insert(what == 0 ? at : _random.Below(_length + 1), _scratch.AsSpan(0, count));
        }
    }
}
