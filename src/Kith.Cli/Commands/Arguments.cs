using System.CommandLine;

namespace Kith.Cli.Commands;

/// <summary>The arguments that several commands take.</summary>
internal static class Arguments
{
    /// <summary>A network that may be left out.</summary>
    public static Argument<string?> OptionalNetwork() => new("NETWORK")
    {
        Description = "The network, by name or id; may be left out if there is only one",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>A network.</summary>
    public static Argument<string> Network(string description) => new("NETWORK") { Description = description };

    /// <summary>A device.</summary>
    public static Argument<string> Device() => new("DEVICE")
    {
        Description = "The device: its name, name.network, address or id",
    };

    /// <summary>An invite.</summary>
    public static Argument<string> Invite() => new("INVITE")
    {
        Description = "The line that kith invite printed; - reads it from the input",
    };
}
