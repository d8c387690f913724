namespace Kith.Protocol.Paths.PortMapping;

/// <summary>The errors of UPnP services that are acted on (UPnP Device Architecture 2.0 section 3.1.3, WANIPConnection:2 section 2.6, WANIPv6FirewallControl:1 section 2.5).</summary>
public static class UpnpError
{
    /// <summary>The service has no such action.</summary>
    public const int InvalidAction = 401;

    /// <summary>The action failed and says no more.</summary>
    public const int ActionFailed = 501;

    /// <summary>The action is in the description and not in the device.</summary>
    public const int ActionNotImplemented = 602;

    /// <summary>Not for this client.</summary>
    public const int NotAuthorized = 606;

    /// <summary>Pinholes cannot be opened.</summary>
    public const int InboundPinholeNotAllowed = 703;

    /// <summary>No such pinhole.</summary>
    public const int NoSuchPinhole = 704;

    /// <summary>No such mapping.</summary>
    public const int NoSuchEntry = 714;

    /// <summary>The outside port belongs to another.</summary>
    public const int Conflict = 718;

    /// <summary>Outside and inside port must be the same.</summary>
    public const int SamePortRequired = 724;

    /// <summary>Only mappings without end are possible.</summary>
    public const int OnlyPermanentLeases = 725;

    /// <summary>No port is free.</summary>
    public const int NoPortsAvailable = 728;

    /// <summary>The outside port is in use by the gateway itself.</summary>
    public const int ConflictWithOther = 729;

    /// <summary>Whether another outside port may be tried.</summary>
    public static bool IsConflict(int error) => error is Conflict or ConflictWithOther;

    /// <summary>What an error means, in a few words.</summary>
    public static string Describe(int error, string text) => error switch
    {
        InvalidAction => "the gateway cannot do it",
        NotAuthorized => "the gateway does not allow it to this device",
        InboundPinholeNotAllowed => "the gateway does not open its IPv6 firewall",
        Conflict or ConflictWithOther or NoPortsAvailable => "no outside port is free",
        _ => text.Length > 0
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the gateway says: {text} ({error})")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the gateway failed with error {error}"),
    };
}
