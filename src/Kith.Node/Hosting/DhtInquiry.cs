using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;

namespace Kith.Node.Hosting;

/// <summary>Something asked of the DHT and what came of it so far. Written on the loop, read once <see cref="Ended"/> has completed.</summary>
internal sealed class DhtInquiry
{
    private readonly TaskCompletionSource<DhtInquiry> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when nothing more will come.</summary>
    public Task<DhtInquiry> Ended => _ended.Task;

    /// <summary>The newest item found.</summary>
    public DhtItem? Item { get; set; }

    /// <summary>Peers found.</summary>
    public List<InternetEndpoint> Peers { get; } = [];

    /// <summary>How many nodes took what was written.</summary>
    public int Stored { get; private set; }

    /// <summary>It is over.</summary>
    public void End(int stored)
    {
        Stored = stored;
        _ended.TrySetResult(this);
    }
}
