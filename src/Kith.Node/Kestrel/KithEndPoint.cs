using System.Globalization;
using System.Net;
using Kith.Node.Kestrel;

namespace Kith.Node;

/// <summary>A TCP port, or a named protocol, of this device's virtual addresses in all its networks: where Kestrel listens over Kith.</summary>
public sealed class KithEndPoint : EndPoint
{
    /// <summary>A port.</summary>
    /// <param name="port">1 to 65535.</param>
    public KithEndPoint(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        Port = port;
    }

    /// <summary>A named protocol.</summary>
    /// <param name="protocol">1 to 64 of <c>a-z 0-9 . _ / -</c>.</param>
    public KithEndPoint(string protocol)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        Protocol = protocol;
    }

    /// <summary>The port, or 0 for a named protocol.</summary>
    public int Port { get; }

    /// <summary>The named protocol, or null for a port.</summary>
    public string? Protocol { get; }

    /// <summary>Which connections of the port it takes.</summary>
    internal HttpPart Part { get; init; }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KithEndPoint other && (other.Port, other.Protocol, other.Part) == (Port, Protocol, Part);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Port, Protocol, Part);

    /// <inheritdoc/>
    public override string ToString() => Protocol is null ? string.Create(CultureInfo.InvariantCulture, $"kith:{Port}") : $"kith:{Protocol}";
}
