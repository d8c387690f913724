namespace Kith.Endurance;

/// <summary>
/// A node with very many members that are all connected and idle, for five minutes in which every session is renewed. Then all others are taken out of memory at one moment, and what remains is the
/// node's: its logs, tables, sessions and control streams.
/// </summary>
internal sealed class IdlePeersCostLittle : IEnduranceCheck
{
    private const long BytesPerPeerMax = 64 * 1024;

    /// <inheritdoc/>
    public string Name => "idle-peers-cost-at-most-64-KiB";

    /// <inheritdoc/>
    public IEnumerable<string> Run()
    {
        foreach (int members in Environment.GetEnvironmentVariable("KITH_TEST_LONG") == "1" ? [1_000, 10_000] : (int[])[1_000])
        {
            using Crowd crowd = new(members);
            long before = Heap.LiveBytes();
            crowd.StartHub();
            long alone = Heap.LiveBytes() - before;
            crowd.ConnectAll();
            crowd.Wire.Run(TimeSpan.FromMinutes(5));
            int online = crowd.OnlineCount();
            int streams = crowd.Hub!.Core.Counts.Streams;
            crowd.VanishAll();
            long perPeer = (Heap.LiveBytes() - before) / members;
            yield return $"memory: {perPeer / 1024.0:F1} KiB of heap per idle peer at {members:N0} members in {crowd.Networks} networks, {alone / 1024.0 / members:F1} of them known and not yet connected (bar: 64 KiB)";
            EnduranceException.Unless(online == members && streams == members, $"only {online} of {members} are online, with {streams} control streams");
            EnduranceException.Unless(perPeer <= BytesPerPeerMax, $"{perPeer} bytes per idle peer, more than {BytesPerPeerMax}");
        }
    }
}
