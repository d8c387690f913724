using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>What connections to one remote address know together. No more entries than connections.</content>
public sealed partial class NetworkStack
{
    private const int CrowdersMax = 64;
    private const int FewConnections = 1024;

    private readonly Dictionary<InternetAddress, PathRoundTrip> _paths = [];
    private readonly Dictionary<InternetAddress, long> _crowders = [];
    private readonly Dictionary<InternetAddress, int> _halfOpenOf = [];

    /// <summary>What is known of the way to an address; <see cref="LeavePath"/> gives it up.</summary>
    internal PathRoundTrip UsePath(InternetAddress remote)
    {
        if (!_paths.TryGetValue(remote, out PathRoundTrip? path))
        {
            path = new PathRoundTrip();
            _paths.Add(remote, path);
        }

        path.Users++;
        return path;
    }

    /// <summary>By whom streams were opened that found no place, and how many, since the last time.</summary>
    internal IReadOnlyCollection<KeyValuePair<InternetAddress, long>> TakeCrowders()
    {
        if (_crowders.Count == 0)
        {
            return [];
        }

        KeyValuePair<InternetAddress, long>[] taken = [.. _crowders];
        _crowders.Clear();
        return taken;
    }

    // The last quarter of all places is for those who have few.
    private bool IsCrowded(InternetAddress remote) =>
        _connections.Count >= Options.ConnectionsMax / 4 * 3 && _paths.TryGetValue(remote, out PathRoundTrip? path) && path.Users >= FewConnections;

    private void NoteCrowder(InternetAddress remote)
    {
        if (_crowders.Count < CrowdersMax || _crowders.ContainsKey(remote))
        {
            _crowders[remote] = _crowders.GetValueOrDefault(remote) + 1;
        }
    }

    private void LeavePath(InternetAddress remote)
    {
        if (_paths.TryGetValue(remote, out PathRoundTrip? path) && --path.Users == 0)
        {
            _paths.Remove(remote);
        }
    }
}
