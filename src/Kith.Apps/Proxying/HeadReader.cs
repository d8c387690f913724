using Kith.Apps.Copying;

namespace Kith.Apps.Proxying;

/// <summary>Gathers the bytes of a connection's first messages. The buffer is bounded; what came beyond a message stays for the next.</summary>
internal sealed class HeadReader
{
    /// <summary>How long a client may take for its first messages.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IDuplexEnd _end;
    private readonly byte[] _bytes;
    private int _start;
    private int _length;

    /// <summary>Makes a reader.</summary>
    /// <param name="end">Where bytes come from.</param>
    /// <param name="bytesMax">The most bytes of all that is read before the connection is handed on.</param>
    public HeadReader(IDuplexEnd end, int bytesMax)
    {
        _end = end;
        _bytes = new byte[bytesMax];
    }

    /// <summary>Reads a message out of the bytes there are.</summary>
    public delegate ParseStatus Decoder<T>(ReadOnlySpan<byte> input, out T message, out int consumed);

    /// <summary>What was read and belongs to no message yet.</summary>
    public ReadOnlyMemory<byte> Rest => _bytes.AsMemory(_start, _length - _start);

    /// <summary>Reads until a message is whole; false if it is invalid, too long, or the connection ends before.</summary>
    public async ValueTask<(bool IsWhole, T Message)> ReadAsync<T>(Decoder<T> decode, CancellationToken cancellationToken)
    {
        while (true)
        {
            ParseStatus status = decode(_bytes.AsSpan(_start, _length - _start), out T message, out int consumed);
            _start += consumed;
            if (status != ParseStatus.Incomplete || _length == _bytes.Length)
            {
                return (status == ParseStatus.Done, message);
            }

            int read = await _end.ReadAsync(_bytes.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return (false, message);
            }

            _length += read;
        }
    }
}
