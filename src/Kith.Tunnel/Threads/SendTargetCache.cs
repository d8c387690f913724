using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>The peers' endpoints in the form sockets want, so that nothing is made per packet. Belongs to one thread.</summary>
internal sealed class SendTargetCache
{
    /// <summary>Peers remembered; a further one takes the place of another and costs an allocation when they alternate.</summary>
    public const int EntriesMax = 1024;

    private readonly Entry[] _entries = new Entry[EntriesMax];

    /// <summary>Where packets to the peer go now; null if nowhere.</summary>
    public SendTarget? Find(PeerLink link)
    {
        object? version = link.EndpointVersion;
        if (version is null)
        {
            return null;
        }

        ref Entry entry = ref _entries[link.Id & (EntriesMax - 1)];
        return ReferenceEquals(entry.Version, version) ? entry.Target : Renew(ref entry, link, version);
    }

    private static SendTarget? Renew(ref Entry entry, PeerLink link, object version)
    {
        InternetEndpoint? endpoint = link.Endpoint;
        if (endpoint is null)
        {
            return null;
        }

        SendTarget target = new(endpoint.Value);

        // The core may have moved the peer between the two looks; then this target is good for this once.
        if (ReferenceEquals(link.EndpointVersion, version))
        {
            entry.Version = version;
            entry.Target = target;
        }

        return target;
    }

    private struct Entry
    {
        public object? Version;
        public SendTarget? Target;
    }
}
