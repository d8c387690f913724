using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>A service instance that was heard, and whether its tags said anything to us.</summary>
internal sealed class LanInstance(ulong fingerprint, InternetAddress source)
{
    /// <summary>The most endpoints remembered of one: both families on four interfaces.</summary>
    public const int EndpointsMax = 8;

    private readonly List<(InternetEndpoint Endpoint, Instant Reported)> _reported = [];

    /// <summary>The content of its TXT record, in short.</summary>
    public ulong Fingerprint { get; } = fingerprint;

    /// <summary>Where it was first heard from.</summary>
    public InternetAddress Source { get; } = source;

    /// <summary>What was recognised; empty: it is a stranger.</summary>
    public List<(NodeId Node, NetworkId Network, Bytes32? InviteKey)> Recognised { get; } = [];

    /// <summary>The invites by which it looks for us.</summary>
    public List<LanClaim> Wanted { get; } = [];

    /// <summary>Whether a sighting there is news.</summary>
    public bool ShouldReport(InternetEndpoint endpoint, Instant now, TimeSpan interval)
    {
        int known = _reported.FindIndex(entry => entry.Endpoint == endpoint);
        if (known >= 0)
        {
            if (now - _reported[known].Reported < interval)
            {
                return false;
            }

            _reported.RemoveAt(known);
        }
        else if (_reported.Count >= EndpointsMax)
        {
            return false;
        }

        _reported.Add((endpoint, now));
        return true;
    }
}
