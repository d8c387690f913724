using System.Buffers;
using Kith.Node.Streams.Socket;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what comes over the control socket after the upgrade to a stream.</summary>
internal sealed class StreamFrameTarget : IFuzzTarget
{
    public string Name => "stream-frames";

    public IEnumerable<byte[]> Corpus =>
    [
        [0, 0, 0, 3, 1, 2, 3, 1, 0, 0, 0, 2, 0, 0, 0],
        [0, 0, 1, 0, .. new byte[256], 2, 0, 0, 0],
        [3, 0, 0, 2, (byte)'n', (byte)'o'],
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        using MemoryStream connection = new(input.ToArray());
        FrameChannel channel = new(connection);
        long taken = 0;
        try
        {
            while (true)
            {
                (StreamFrameType type, ReadOnlySequence<byte> bytes) = channel.ReadAsync(default).AsTask().GetAwaiter().GetResult();
                taken += bytes.Length;
                Oracle.True(type == StreamFrameType.Data || bytes.Length <= StreamFrame.ReasonBytesMax, "a reason longer than one may be");
                Oracle.True(taken <= input.Length, "more bytes than there were");
                if (!bytes.IsEmpty)
                {
                    channel.Advance(bytes, bytes.Length);
                }

                if (type is StreamFrameType.Done or StreamFrameType.Broken)
                {
                    return true;
                }
            }
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            channel.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
