using Kith.Apps.Copying;
using Kith.Apps.Piping;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what another member says to a device that waits for the other end of a pipe. Without the name it must never become that end.</summary>
[Covers(typeof(Apps.Piping.PipeMeeting))]
internal sealed class PipeMeetingTarget : IFuzzTarget
{
    private static readonly byte[] Key = PipeName.ToKey("secret");

    public string Name => "pipe-meeting";

    public IEnumerable<byte[]> Corpus =>
    [
        [(byte)'K'],
        [(byte)'O', .. new byte[PipeProof.NonceBytes], .. new byte[PipeProof.Bytes], (byte)'G'],
        [(byte)'A', .. new byte[PipeProof.NonceBytes], .. new byte[PipeProof.Bytes]],
        [(byte)'T'],
    ];

    public bool AcceptsCorpus => false;

    public bool Run(ReadOnlySpan<byte> input)
    {
        byte[] said = input.ToArray();
        return Try(said, "b", "a", isCalling: false) | Try(said, "a", "b", isCalling: false) | Try(said, "a", "b", isCalling: true) | Try(said, "b", "a", isCalling: true);
    }

    private static bool Try(byte[] said, string self, string other, bool isCalling)
    {
        using PipeMeeting meeting = new(self, Key);
        Task<PipeMeetingResult> task = isCalling
            ? meeting.CallAsync(new Said(said), other, CancellationToken.None)
            : meeting.AnswerAsync(new Said(said), other, CancellationToken.None);
        Oracle.True(task.IsCompleted, "it waits for somebody who has said everything");
        if (task.Exception is { InnerException: IOException })
        {
            return false;
        }

        PipeMeetingResult result = task.GetAwaiter().GetResult();
        Oracle.True(result != PipeMeetingResult.Met && !meeting.IsTaken, "it met somebody who does not know the name");
        return result != PipeMeetingResult.Nothing;
    }

    private sealed class Said(byte[] bytes) : IDuplexEnd
    {
        private int _position;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int taken = Math.Min(buffer.Length, bytes.Length - _position);
            bytes.AsSpan(_position, taken).CopyTo(buffer.Span);
            _position += taken;
            return ValueTask.FromResult(taken);
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Abort()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
