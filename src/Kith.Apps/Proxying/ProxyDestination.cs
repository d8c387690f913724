using System.Net;

namespace Kith.Apps.Proxying;

/// <summary>Where a program wants to go through a proxy.</summary>
/// <param name="Host">A name, or an address in its usual text form, without brackets.</param>
/// <param name="Port">The TCP port, 1 to 65535.</param>
internal readonly record struct ProxyDestination(string Host, int Port)
{
    /// <summary>The longest name: what a SOCKS request can carry.</summary>
    public const int HostBytesMax = 255;

    /// <summary>Whether a text may stand for a host: visible ASCII without what would end it in a line or a URL.</summary>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > HostBytesMax)
        {
            return false;
        }

        foreach (byte character in text)
        {
            if (character is <= (byte)' ' or >= 0x7F or (byte)'/' or (byte)'\\' or (byte)'@' or (byte)'?' or (byte)'#' or (byte)'[' or (byte)']' or (byte)'%')
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => IPAddress.TryParse(Host, out IPAddress? address) ? new IPEndPoint(address, Port).ToString() : $"{Host}:{Port}";
}
