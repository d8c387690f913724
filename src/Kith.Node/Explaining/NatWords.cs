using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;

namespace Kith.Node.Explaining;

/// <summary>What translators do, in words.</summary>
internal static class NatWords
{
    /// <summary>A class as JSON names it.</summary>
    public static string Name(NatClass nat) => nat switch
    {
        NatClass.None => "none",
        NatClass.Easy => "easy",
        NatClass.Hard => "hard",
        NatClass.Blocked => "blocked",
        NatClass.AddressDependent => "addressDependent",
        NatClass.Stepping => "stepping",
        _ => "unknown",
    };

    /// <summary>A class in half a sentence.</summary>
    public static string Of(NatClass nat, int step = 0) => nat switch
    {
        NatClass.None => "no address translation",
        NatClass.Easy => "a translator that keeps one port for all (easy)",
        NatClass.Hard => "a translator with another random port for each destination (hard)",
        NatClass.Blocked => "no UDP passes",
        NatClass.AddressDependent => "a translator with another port for each address (hard)",
        NatClass.Stepping => string.Create(CultureInfo.InvariantCulture, $"a translator whose ports go up in steps{(step == 0 ? string.Empty : $" of {step}")} (foretellable)"),
        _ => "not known yet",
    };

    /// <summary>What this device knows of itself.</summary>
    public static NatStatus Describe(NatReport report)
    {
        string text = Of(report.Class, report.Step);
        return new NatStatus(
            Name(report.Class),
            report.DoubleNat == true ? text + ", and another one behind the router" : text,
            report.OutsideV4?.ToString(),
            report.OutsideV6?.ToString(),
            report.Filtering switch
            {
                NatFiltering.EndpointIndependent => "lets everybody's packets in to an open port",
                NatFiltering.AddressDependent => "lets packets in from addresses we sent to",
                NatFiltering.AddressAndPortDependent => "lets packets in only from where we sent to",
                _ => null,
            },
            report.Hairpin,
            report.DoubleNat);
    }
}
