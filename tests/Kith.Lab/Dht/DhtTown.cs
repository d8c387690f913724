using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Dht;

/// <summary>
/// One private DHT that the scenarios of a class share, and two nodes of Kith in it at public addresses: a came in through libtorrent, b through bittorrent-dht.
/// Made by the first scenario that asks for it, so that one that must be skipped is.
/// </summary>
public sealed class DhtTown : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private LabNetwork? _lab;
    private DhtPlace? _place;

    /// <summary>The place; made if need be.</summary>
    internal async Task<DhtPlace> EnterAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_place is null)
            {
                DhtRequirements.Require();
                KithHost.Require();
                if (_lab is not null)
                {
                    throw new LabException("the DHT of this class could not be made; see the first failure");
                }

                _lab = LabNetwork.Create();
                LabInternet internet = new(_lab, ipv6: true);
                DhtSwarm swarm = await DhtSwarm.StartAsync(internet);
                KithHost a = new(internet.AddPublic("a"));
                KithHost b = new(internet.AddPublic("b"));
                await a.UpAsync($"--no-stun --dht-bootstrap {DhtSwarm.LibtorrentEndpoint},{DhtSwarm.LibtorrentEndpointV6}");
                await b.UpAsync($"--no-stun --dht-bootstrap {DhtSwarm.BittorrentDhtEndpoint}");
                _place = new DhtPlace(internet, swarm, a, b);
            }

            return _place;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }

        _gate.Dispose();
    }
}
