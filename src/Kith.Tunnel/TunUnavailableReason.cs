namespace Kith.Tunnel;

/// <summary>Why a TUN device could not be had.</summary>
public enum TunUnavailableReason
{
    /// <summary>This system has no TUN device that we know how to use.</summary>
    Unsupported,

    /// <summary>The process may not create one: it needs root or CAP_NET_ADMIN.</summary>
    NoPermission,

    /// <summary>The system has no /dev/net/tun (module not loaded, or a container without it).</summary>
    NoDevice,

    /// <summary>An interface of that name exists and is used by something else.</summary>
    NameInUse,

    /// <summary>The name is empty, too long or contains characters the system does not take.</summary>
    InvalidName,
}
