using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>What connections to one remote address know together. No more entries than connections.</content>
public sealed partial class NetworkStack
{
    private readonly Dictionary<InternetAddress, PathRoundTrip> _paths = [];

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

    private void LeavePath(InternetAddress remote)
    {
        if (_paths.TryGetValue(remote, out PathRoundTrip? path) && --path.Users == 0)
        {
            _paths.Remove(remote);
        }
    }
}
