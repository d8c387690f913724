using Kith.Fuzz.Coverage;
using Kith.Protocol.Membership;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what a node keeps of a network beside its statements.</summary>
[Covers(typeof(NetworkMemory))]
internal sealed class NetworkMemoryTarget : IFuzzTarget
{
    private readonly MembershipLog _log = MembershipSamples.Log();

    public string Name => "network-memory";

    public IEnumerable<byte[]> Corpus => [NetworkMemory.Of(_log).Encode()];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!NetworkMemory.TryDecode(_log.Id, input, out NetworkMemory? memory))
        {
            return false;
        }

        byte[] again = memory.Encode();
        Oracle.Equal(input.Length, again.Length, "the bytes of what was read");
        Oracle.True(NetworkMemory.TryDecode(_log.Id, again, out NetworkMemory? second), "its own encoding is refused");
        Oracle.Same(again, second!.Encode(), "its own encoding");
        FuzzTrace.NoteSize(memory.Heads.Count);
        FuzzTrace.NoteSize(memory.State.Members.Count);
        return true;
    }
}
