using Kith.Fuzz.Coverage;
using Kith.Node.Streams.Socket;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what comes over the control socket after the upgrade to a stream.</summary>
[Covers(typeof(Node.Streams.Socket.StreamFrame), typeof(Node.Streams.Socket.FrameChannel))]
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
        byte[] buffer = new byte[1 + (input.Length % 300)];
        long taken = 0;
        try
        {
            while (true)
            {
                (StreamFrameType type, int count) = channel.ReadAsync(buffer, default).AsTask().GetAwaiter().GetResult();
                taken += count;
                Oracle.True(channel.Reason.Length <= StreamFrame.ReasonBytesMax, "a reason longer than one may be");
                Oracle.True(count <= buffer.Length && taken <= input.Length, "more bytes than there were");
                Oracle.True(type == StreamFrameType.Data ? count > 0 : count == 0, "a frame of bytes without any, or another one with some");

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
