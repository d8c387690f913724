using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Kith.Apps.Running;

/// <summary>The arguments of <c>kith ssh</c>: those of ssh itself, of which the destination is found.</summary>
/// <param name="Options">What stands before the destination.</param>
/// <param name="User">The user before an @, or null.</param>
/// <param name="Device">The device.</param>
/// <param name="Port">The port in an ssh URI, or null.</param>
/// <param name="Command">What stands after the destination.</param>
public sealed record SshArguments(IReadOnlyList<string> Options, string? User, string Device, int? Port, IReadOnlyList<string> Command)
{
    private const string Scheme = "ssh://";

    // ssh(1): the options that are followed by a value.
    private static readonly SearchValues<char> OptionsWithValue = SearchValues.Create("BbcDEeFIiJLlmOoPpQRSWw");

    /// <summary>Finds the destination; false if there is none, or it is none.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out SshArguments? parsed)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        parsed = null;
        int index = 0;
        while (index < arguments.Count && arguments[index] is ['-', _, ..] option)
        {
            index++;
            if (option == "--")
            {
                break;
            }

            // Flags may stand in one word, -4Nv; a value may follow in the same word or be the next.
            int valued = option.AsSpan(1).IndexOfAny(OptionsWithValue);
            if (valued >= 0 && valued == option.Length - 2)
            {
                index++;
            }
        }

        if (index >= arguments.Count || !TryParseDestination(arguments[index], out string? user, out string? device, out int? port))
        {
            return false;
        }

        string[] options = [.. arguments.Take(index).Where(static option => option != "--")];
        parsed = new SshArguments(options, user, device, port, [.. arguments.Skip(index + 1)]);
        return true;
    }

    /// <summary>The arguments for ssh.</summary>
    /// <param name="proxyCommand">What connects, as ssh's ProxyCommand takes it.</param>
    /// <param name="hostKeyAlias">The name under which the device's host key is kept.</param>
    public IReadOnlyList<string> ToSsh(string proxyCommand, string hostKeyAlias)
    {
        // Of several values ssh takes the first: what the user says comes before what we would.
        List<string> all =
        [
            .. Options,
            "-o", "ProxyCommand=" + proxyCommand,
            "-o", "HostKeyAlias=" + hostKeyAlias,
            "-o", "CheckHostIP=no",
            "-o", "StrictHostKeyChecking=accept-new",
        ];
        if (Port is { } port)
        {
            all.AddRange(["-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        all.Add("--");
        all.Add(User is null ? Device : $"{User}@{Device}");
        all.AddRange(Command);
        return all;
    }

    private static bool TryParseDestination(string text, out string? user, [NotNullWhen(true)] out string? device, out int? port)
    {
        port = null;
        bool isUri = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        string rest = isUri ? text[Scheme.Length..].TrimEnd('/') : text;
        int at = rest.LastIndexOf('@');
        user = at < 0 ? null : rest[..at];
        device = rest[(at + 1)..];
        if (isUri && Targets.DeviceTarget.TryParse(device, out Targets.DeviceTarget? target) && target.Service is null)
        {
            device = target.Device;
            port = target.Port;
        }

        return device.Length > 0 && device[0] != '-' && user != string.Empty && !device.Any(char.IsWhiteSpace);
    }
}
