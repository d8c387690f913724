namespace Kith.Tunnel.Interfaces;

/// <summary>
/// Enumerates this machine's interfaces, addresses and default routes, and says when they change. Sees the network namespace of the
/// thread that made it. Thread-safe.
/// </summary>
public sealed class InterfaceWatcher : IDisposable
{
    /// <summary>How long changes are gathered before one notice: moving to another network is a flurry of them.</summary>
    public static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(50);

    private readonly InterfaceSource _source;

    /// <summary>Begins to watch.</summary>
    /// <param name="onChanged">Called on a thread of the watcher's after something has changed, never twice at once; must not dispose the watcher. Null to enumerate only.</param>
    public InterfaceWatcher(Action? onChanged = null) => _source = OperatingSystem.IsLinux() ? new LinuxInterfaceSource(onChanged) : new PortableInterfaceSource(onChanged);

    /// <summary>How things are now.</summary>
    /// <exception cref="IOException">The system did not say.</exception>
    public LocalNetwork Enumerate() => _source.Enumerate();

    /// <summary>Ends watching; when it returns, <c>onChanged</c> is not running and will not be called again.</summary>
    public void Dispose() => _source.Dispose();
}
