using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Node.Names;

/// <summary>One way into the system's name resolution. Calls come one at a time.</summary>
internal interface INameHook
{
    /// <summary>What it is, for people: "systemd-resolved", "/etc/hosts".</summary>
    string Description { get; }

    /// <summary>Makes the names resolvable, replacing what was applied before.</summary>
    /// <param name="names">The names.</param>
    /// <param name="servers">Where a responder for them answers on port 53.</param>
    /// <exception cref="IOException">It did not work.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    void Apply(NameTable names, IReadOnlyList<InternetAddress> servers);

    /// <summary>Leaves the system as it was found. Harmless if nothing was applied.</summary>
    /// <exception cref="IOException">It did not work.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    void Remove();
}
