namespace Kith.Mutants.Bugs;

/// <summary>What people do on the network.</summary>
internal static class AppBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "service-for-everybody",
            "A service that was exposed for one device is open to the whole network",
            "src/Kith.Apps/Exposing/ServiceServer.cs", "Service.Rule.Allows(stream.Peer)", "true",
            "ServiceTests.what_runs_there_hears_of_those_who_may_and_of_nobody_else") { Gap = "whoever might not was reset, but so was whoever might, because nothing ran there" },
        new(
            "received-outside-the-folder",
            "Whoever sends a file writes it anywhere on the receiver's disk",
            "src/Kith.Apps/Sending/Wire/EntryName.cs", "!name.AsSpan().ContainsAny('/', '\\0')", "true",
            "HostileTests.a_name_that_leads_elsewhere_ends_the_transfer"),
        new(
            "damaged-file-gets-its-name",
            "A large file that was damaged on the way takes the place of a good one",
            "src/Kith.Apps/Sending/Incoming/ReceiveSession.Write.cs", "open.Hash() == end.Sha256", "true",
            "ResumeTests.a_large_file_that_came_damaged_is_sent_again") { Gap = "only small files were damaged on their way" },
        new(
            "half-pipe-is-whole",
            "A backup through a pipe whose connection broke is reported as complete",
            "src/Kith.Apps/Piping/PipeTransfer.cs", "PipeEnding.Lost", "PipeEnding.Complete",
            "PipeTransferTests.a_stream_that_merely_ends_is_no_end") { Near = "!PipeFrame.TryDecodeHead(buffer, out uint head)", Gap = "the stream ended within a frame and never between two" },
        new(
            "control-socket-for-all",
            "Every user of the machine can command the node",
            "src/Kith.Cli/Daemon/ControlServer.cs", "File.SetUnixFileMode(fresh, OwnerOnly);", "File.SetUnixFileMode(fresh, OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);",
            "ControlSocketTests.only_the_owner_may_open_the_socket"),
    ];
}
