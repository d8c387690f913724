namespace Kith.Fuzz.Coverage;

/// <summary>Parsers and machines that need no target, and why.</summary>
internal static class CoverageExceptions
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["Kith.Tunnel.Linux.Libc"] = "the system's calls; reads nothing itself",
        ["Kith.Tunnel.Files.LinuxDirectory"] = "opens files; the names it gets are checked by send-record",
        ["Kith.Tunnel.Files.OpenedFile"] = "hands on the bytes of a file as they are",
        ["Kith.Cli.NodeHost"] = "reads no format: its name is that of opening a device",
        ["Kith.Cli.Daemon.StandardStreams"] = "hands on what comes in as it is",
        ["Kith.Cli.CommandLine.DhtKeyFile"] = "hexadecimal digits, read by DhtItemText, which dht-item covers",
        ["Kith.Cli.CommandLine.InviteText"] = "takes blanks and quotes off; invite-text covers what is read",
        ["Kith.Protocol.Core.UpkeepMeter"] = "counts what this node sends",
        ["Kith.Node.Streams.NodeListener"] = "takes note of what the stack tells, without bytes",
        ["Kith.Node.Streams.NodeStream"] = "moves bytes between the stack and its reader as they are",
        ["Kith.Node.KithUdpSocket+Ear"] = "takes note of what the stack tells, without bytes",
        ["Kith.Node.Kestrel.KithAuthenticationHandler"] = "looks at no byte of a request: who calls is known from the session",
        ["Kith.Cli.Output.TransferScreen"] = "shows what the program's own transfers tell",
    };
}
