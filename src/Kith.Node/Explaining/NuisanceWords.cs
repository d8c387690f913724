using System.Globalization;
using Kith.Protocol.Core.Nuisances;

namespace Kith.Node.Explaining;

/// <summary>What members do too much of, in words that follow their name.</summary>
internal static class NuisanceWords
{
    /// <summary>A kind as JSON names it.</summary>
    public static string NameOf(NuisanceKind kind) => kind switch
    {
        NuisanceKind.Frames => "frames",
        NuisanceKind.Packets => "packets",
        NuisanceKind.Relaying => "relaying",
        NuisanceKind.Messages => "messages",
        NuisanceKind.BrokenMessages => "brokenMessages",
        NuisanceKind.FalseStatements => "falseStatements",
        NuisanceKind.Fork => "fork",
        NuisanceKind.Statements => "statements",
        NuisanceKind.Whereabouts => "whereabouts",
        NuisanceKind.Links => "links",
        NuisanceKind.Streams => "streams",
        _ => "slowReading",
    };

    /// <summary>A nuisance with its count.</summary>
    public static string Of(Nuisance nuisance)
    {
        string count = nuisance.Count.ToString("N0", CultureInfo.InvariantCulture);
        return nuisance.Kind switch
        {
            NuisanceKind.Frames => $"floods us with pings and calls: dropped {count}",
            NuisanceKind.Packets => $"floods us with packets: dropped {count}",
            NuisanceKind.Relaying => $"floods us with packets that are not to be passed on: dropped {count}",
            NuisanceKind.Messages => $"floods us with messages: held back {count} times",
            NuisanceKind.BrokenMessages => $"sends messages that break the rules: closed {count} streams",
            NuisanceKind.FalseStatements => $"sends false statements: closed {count} streams",
            NuisanceKind.Fork => "tells two histories; what it states does not count until an admin decides",
            NuisanceKind.Statements => $"floods the network with statements: {count} too many",
            NuisanceKind.Whereabouts => $"floods us with news of where it is: dropped {count}",
            NuisanceKind.Links => $"floods us with reports of its links: dropped {count}",
            NuisanceKind.Streams => $"opens more streams than it may and leaves them: dropped {count}",
            _ => $"does not read what we tell it: closed {count} streams",
        };
    }
}
