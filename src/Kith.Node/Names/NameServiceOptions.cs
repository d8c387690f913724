namespace Kith.Node.Names;

/// <summary>How names are made known. Immutable.</summary>
internal sealed record NameServiceOptions
{
    /// <summary>The TUN device, or null without one: then nothing is hooked into the system, because nothing there would lead to the addresses.</summary>
    public string? Link { get; init; }

    /// <summary>The hosts file that is used where there is no systemd-resolved.</summary>
    public string HostsPath { get; init; } = HostsHook.DefaultPath;

    /// <summary>The port that names are answered on; anything but 53 is for tests.</summary>
    public ushort Port { get; init; } = DnsServer.Port;

    /// <summary>Whether systemd-resolved may be used where it is in use.</summary>
    public bool UseResolved { get; init; } = true;
}
