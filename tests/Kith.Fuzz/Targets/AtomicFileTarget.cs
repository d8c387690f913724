using Kith.Fuzz.Coverage;
using Kith.Node.Storage;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The frame around the node key and the small documents: the input is a whole file, with its checksum made right by the target for every
/// second input, because chance would not find one.
/// </summary>
[Covers(typeof(Node.Storage.AtomicFile))]
internal sealed class AtomicFileTarget : IFuzzTarget
{
    private int _turn;

    public string Name => "atomic-file";

    public int InputBytesMax => 512;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (int length in new[] { 0, 1, 8, 64, 200 })
            {
                yield return AtomicFile.Encode(Kind, new byte[length]);
            }
        }
    }

    public IEnumerable<byte[]> Dictionary => [Kind.ToArray()];

    private static ReadOnlySpan<byte> Kind => "KithTest"u8;

    public bool Run(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> file = _turn++ % 2 == 0 ? input : AtomicFile.Encode(Kind, input);
        if (!AtomicFile.TryDecode(file, Kind, out byte[]? content))
        {
            return false;
        }

        Oracle.Same(file, AtomicFile.Encode(Kind, content), "the file written again");
        return true;
    }
}
