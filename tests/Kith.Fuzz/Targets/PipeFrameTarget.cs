using Kith.Apps.Piping;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the head of a piece of a pipe.</summary>
[Covers(typeof(PipeFrame))]
internal sealed class PipeFrameTarget : IFuzzTarget
{
    public string Name => "pipe-frame";

    public int InputBytesMax => 16;

    public IEnumerable<byte[]> Corpus => [[0, 0, 0, 0], [0, 4, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFE], [0, 0, 0, 1, 7]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!PipeFrame.TryDecodeHead(input, out uint head))
        {
            return false;
        }

        Span<byte> again = stackalloc byte[PipeFrame.HeadBytes];
        PipeFrame.EncodeHead(again, head);
        Oracle.Same(input[..PipeFrame.HeadBytes], again, "its own encoding");
        Oracle.True(head is <= PipeFrame.DataBytesMax or PipeFrame.Delivered or PipeFrame.Broken, "a piece larger than one may be");
        return true;
    }
}
