using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Kith.Cli.Commands;

/// <summary>Options that several of the everyday commands take.</summary>
internal static class AppArguments
{
    /// <summary>`--bind ADDR`.</summary>
    public static Option<IPAddress[]> Bind() => new("--bind")
    {
        Description = "The address of this machine to listen at; may be given several times (default: 127.0.0.1 and ::1, this machine alone)",
        HelpName = "ADDR",
        CustomParser = Addresses,
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.OneOrMore,
    };

    private static IPAddress[] Addresses(ArgumentResult result)
    {
        List<IPAddress> addresses = [];
        foreach (string text in result.Tokens.Select(static token => token.Value))
        {
            if (IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address))
            {
                addresses.Add(address);
            }
            else
            {
                result.AddError($"'{text}' is no address: write for example 192.168.1.7, or 0.0.0.0 for all.");
            }
        }

        return [.. addresses];
    }
}
