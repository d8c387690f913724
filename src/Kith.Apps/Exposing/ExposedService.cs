using Kith.Apps.Targets;

namespace Kith.Apps.Exposing;

/// <summary>A service of this machine on the virtual addresses, as it is kept on disk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">The port at the virtual addresses.</param>
/// <param name="Host">Where it really runs: a name or address that this machine reaches.</param>
/// <param name="HostPort">Its port there.</param>
/// <param name="Rule">Who may use it.</param>
public sealed record ExposedService(string Name, int Port, string Host, int HostPort, ServiceRule Rule)
{
    /// <summary>The most services of a node. Each takes one of the 256 ports that a node listens on.</summary>
    public const int ServicesMax = 128;

    /// <summary>Whether everything in it is within its limits; a file that somebody wrote by hand may hold anything.</summary>
    internal bool IsValid() =>
        ServiceName.IsValid(Name)
        && Port is >= 1 and <= ushort.MaxValue
        && HostPort is >= 1 and <= ushort.MaxValue
        && Host is { Length: > 0 and <= DeviceTarget.DeviceCharactersMax }
        && Rule is { Devices.Count: <= ServiceRule.DevicesMax };
}
