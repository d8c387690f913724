using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kith.Protocol.Wire;

/// <summary>Where a UDP datagram goes or came from: address, port and which interface or socket of this machine it passes.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The UDP port.</param>
/// <param name="Scope">
/// For link-local IPv6 the interface index. For other addresses the number of the extra socket it passes (birthday probing opens some), 0 for the data
/// socket. Meaningful on this machine alone; never sent.
/// </param>
public readonly record struct InternetEndpoint(InternetAddress Address, ushort Port, uint Scope = 0)
{
    /// <summary>Whether this names no endpoint.</summary>
    public bool IsNone => Port == 0 && Address.IsNone;

    /// <summary>Parses <c>192.0.2.1:5484</c>, <c>[2001:db8::1]:5484</c> and <c>[fe80::1%3]:5484</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out InternetEndpoint endpoint)
    {
        endpoint = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        string host = text[..colon];
        uint scope = 0;
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed)
        {
            host = host[1..^1];
            int percent = host.IndexOf('%', StringComparison.Ordinal);
            if (percent >= 0)
            {
                if (!uint.TryParse(host.AsSpan(percent + 1), NumberStyles.None, CultureInfo.InvariantCulture, out scope))
                {
                    return false;
                }

                host = host[..percent];
            }
        }

        if (!InternetAddress.TryParse(host, out InternetAddress address) || address.IsV4 == bracketed)
        {
            return false;
        }

        endpoint = new InternetEndpoint(address, port, scope);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Address.IsV4
        ? string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}")
        : Scope == 0
            ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"[{Address}%{Scope}]:{Port}");
}
