using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Dns;

/// <summary>
/// Two networks: home with laptop and pi (100.64.16.0/20, fd11:2233:4455::/48), club with pi and nas (100.100.0.0/20, fdaa::/48).
/// </summary>
internal static class NameSamples
{
    public static InternetAddress Address(string text) => InternetAddress.TryParse(text, out InternetAddress address) ? address : throw new FormatException(text);

    public static InternetPrefix Prefix(string text, int bits) => new(Address(text), bits);

    public static NamedDevice Device(string name, params string[] addresses) => new(name, [.. addresses.Select(Address)]);

    public static NamedNetwork Home { get; } = new("home", [Prefix("fd11:2233:4455::", 48), Prefix("100.64.16.0", 20)], [Address("fd11:2233:4455::a"), Address("100.64.17.1")],
        [Device("laptop", "fd11:2233:4455::a", "100.64.17.1"), Device("pi", "fd11:2233:4455::b", "100.64.31.255")]);

    public static NamedNetwork Club { get; } = new("club", [Prefix("fdaa::", 48), Prefix("100.100.0.0", 20)], [Address("fdaa::a")],
        [Device("pi", "fdaa::1"), Device("NAS", "fdaa::2", "100.100.1.2")]);

    public static NameTable Table { get; } = new("kith", [Home, Club]);
}
