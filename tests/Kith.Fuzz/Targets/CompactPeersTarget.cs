using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a tracker's list of addresses.</summary>
[Covers(typeof(CompactPeers))]
internal sealed class CompactPeersTarget : IFuzzTarget
{
    public string Name => "compact-peers";

    public int InputBytesMax => 1024;

    public IEnumerable<byte[]> Corpus => [[192, 0, 2, 1, 0x15, 0x6C], [.. Enumerable.Range(0, 200).SelectMany(static n => (byte[])[10, 0, 0, (byte)n, 1, 2])], [0x20, 1, 0x0D, 0xB8, .. new byte[12], 1, 2], []];

    public bool AcceptsCorpus => false;

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool any = false;
        foreach (bool isV6 in (ReadOnlySpan<bool>)[false, true])
        {
            IReadOnlyList<InternetEndpoint> peers = CompactPeers.Read(input, isV6);
            any |= peers.Count > 0;
            FuzzTrace.NoteSize(peers.Count);
            Oracle.True(peers.Count <= TrackerLimits.PeersPerAnswerMax && peers.Count * 6 <= input.Length, "more addresses than there are");
            Oracle.True(peers.All(peer => peer.Address.IsV4 != isV6), "an address of the other family");
        }

        return any;
    }
}
