namespace Kith.Apps.Proxying.Http;

/// <summary>
/// Finds the end of a chunked body (RFC 9112 section 7.1) in bytes that are passed on as they are. Give it what came, pass on as much as it says, until it is
/// <see cref="ParseStatus.Done"/>.
/// </summary>
internal sealed class ChunkedBody
{
    /// <summary>The most bytes of a line: a chunk's size and extensions, or a field of the trailer.</summary>
    public const int LineBytesMax = 4096;

    /// <summary>The most lines of the trailer.</summary>
    public const int TrailerLinesMax = 64;

    private const int SizeDigitsMax = 15;

    private State _state;
    private long _size;
    private int _digits;
    private int _lineBytes;
    private int _trailerLines;

    private enum State
    {
        Size,
        Extension,
        SizeFeed,
        Data,
        DataReturn,
        DataFeed,
        TrailerStart,
        Trailer,
        TrailerFeed,
        LastFeed,
        End,
        Broken,
    }

    /// <summary>Reads on; <paramref name="consumed"/> bytes belong to the body.</summary>
    public ParseStatus Advance(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (consumed < input.Length && _state is not (State.End or State.Broken))
        {
            if (_state == State.Data)
            {
                int taken = (int)Math.Min(_size, input.Length - consumed);
                _size -= taken;
                consumed += taken;
                _state = _size == 0 ? State.DataReturn : State.Data;
            }
            else
            {
                _state = Next(input[consumed]);
                consumed++;
            }
        }

        return _state switch
        {
            State.End => ParseStatus.Done,
            State.Broken => ParseStatus.Invalid,
            _ => ParseStatus.Incomplete,
        };
    }

    private static int HexValue(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private State Next(byte character)
    {
        switch (_state)
        {
            case State.Size when char.IsAsciiHexDigit((char)character):
                _size = (_size << 4) + HexValue(character);
                return ++_digits > SizeDigitsMax ? State.Broken : State.Size;
            case State.Size or State.Extension when character == '\r' && _digits > 0:
                return State.SizeFeed;
            case State.Size when character is (byte)';' or (byte)' ' or (byte)'\t' && _digits > 0:
            case State.Extension when character is >= (byte)' ' or (byte)'\t':
                return ++_lineBytes > LineBytesMax ? State.Broken : State.Extension;
            case State.SizeFeed when character == '\n':
                bool isLast = _size == 0;
                _digits = _lineBytes = 0;
                return isLast ? State.TrailerStart : State.Data;
            case State.DataReturn when character == '\r':
                return State.DataFeed;
            case State.DataFeed when character == '\n':
                return State.Size;
            case State.TrailerStart when character == '\r':
                return State.LastFeed;
            case State.TrailerStart when character > ' ':
                _lineBytes = 1;
                return ++_trailerLines > TrailerLinesMax ? State.Broken : State.Trailer;
            case State.Trailer when character == '\r':
                return State.TrailerFeed;
            case State.Trailer when character is >= (byte)' ' or (byte)'\t':
                return ++_lineBytes > LineBytesMax ? State.Broken : State.Trailer;
            case State.TrailerFeed when character == '\n':
                return State.TrailerStart;
            case State.LastFeed when character == '\n':
                return State.End;
            default:
                return State.Broken;
        }
    }
}
