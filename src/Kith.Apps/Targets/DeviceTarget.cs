using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kith.Apps.Targets;

/// <summary>What <c>DEVICE:PORT</c> or <c>DEVICE:NAME</c> means; an IPv6 address stands in brackets.</summary>
/// <param name="Device">The device: name, name.network, address or id.</param>
/// <param name="Port">The port, or 0 if a service is named.</param>
/// <param name="Service">The name of an exposed service, or null if a port is given.</param>
public sealed record DeviceTarget(string Device, int Port, string? Service = null)
{
    /// <summary>The longest device that is read: a node id has 52 characters, a name with its network up to 131.</summary>
    public const int DeviceCharactersMax = 253;

    /// <summary>Reads a target.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DeviceTarget? target)
    {
        target = null;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || colon > DeviceCharactersMax)
        {
            return false;
        }

        string device = text![..colon];
        if (device is ['[', .., ']'])
        {
            device = device[1..^1];
        }
        else if (device.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        if (device.Length == 0 || device.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '[' or ']'))
        {
            return false;
        }

        string end = text[(colon + 1)..];
        if (TryParsePort(end, out int port))
        {
            target = new DeviceTarget(device, port);
        }
        else if (ServiceName.IsValid(end))
        {
            target = new DeviceTarget(device, 0, end);
        }

        return target is not null;
    }

    /// <summary>Reads a TCP port, 1 to 65535.</summary>
    public static bool TryParsePort(string? text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= ushort.MaxValue;

    /// <inheritdoc/>
    public override string ToString()
    {
        string device = Device.Contains(':', StringComparison.Ordinal) ? $"[{Device}]" : Device;
        return string.Create(CultureInfo.InvariantCulture, $"{device}:{Service ?? Port.ToString(CultureInfo.InvariantCulture)}");
    }
}
