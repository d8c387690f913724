using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>What differs for ways that are no UDP address: they are only taken until UDP works.</summary>
public sealed partial class PathTable
{
    /// <summary>Whether datagrams from socket to socket are known to reach the peer, with no relay and no TCP connection.</summary>
    public bool HasUdpPath
    {
        get
        {
            foreach (PathState path in _paths)
            {
                if (path.Status == PathStatus.Working && !PathAddress.IsSpecial(path.Endpoint))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What is known of the path to an endpoint; null if it is none of the table's.</summary>
    public PathStatus? StatusOf(in InternetEndpoint endpoint) => Find(endpoint)?.Status;

    /// <summary>Something speaks for UDP working again: every UDP path that has failed is asked once, without waiting for its turn.</summary>
    public void RetryFailed(Instant now)
    {
        foreach (PathState path in _paths)
        {
            if (_hasSession && path.Status == PathStatus.Failed && !PathAddress.IsSpecial(path.Endpoint))
            {
                path.NextProbe = Instant.Min(path.NextProbe, now);
            }
        }

        HandleTimeout(now);
    }
}
