using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Dht;

/// <summary>Addresses out of their text, for tests that name many.</summary>
internal static class Addresses
{
    public static InternetAddress Of(string text) => InternetAddress.TryParse(text, out InternetAddress address) ? address : throw new FormatException(text);
}
