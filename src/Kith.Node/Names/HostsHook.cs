using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Node.Names;

/// <summary>Writes the names into the hosts file, in a block that bears the owner's mark. What a node that crashed left behind is replaced or removed.</summary>
/// <param name="path">The hosts file; <see cref="DefaultPath"/> on most systems.</param>
/// <param name="owner">One word that tells this node's block from that of another node on the machine, such as the TUN device's name.</param>
internal sealed class HostsHook(string path, string owner) : INameHook
{
    /// <summary>Where the hosts file lies on this system.</summary>
    public static string DefaultPath => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts")
        : "/etc/hosts";

    private readonly HostsFile _file = new(path);

    /// <inheritdoc/>
    public string Description => _file.Path;

    /// <inheritdoc/>
    public void Apply(NameTable names, IReadOnlyList<InternetAddress> servers) => _file.Change(content => HostsBlock.Put(content, owner, names));

    /// <inheritdoc/>
    public void Remove()
    {
        if (File.Exists(_file.Path))
        {
            _file.Change(content => HostsBlock.Remove(content, owner));
        }
    }
}
