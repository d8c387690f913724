namespace Kith.Mutants.Bugs;

/// <summary>Disk, files, queues of the node.</summary>
internal static class NodeBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "renamed-before-it-is-on-disk",
            "After a power cut the node's key is a file of zeros",
            "src/Kith.Node/Storage/AtomicFile.cs", "stream.Flush(flushToDisk: true);", "stream.Flush(flushToDisk: false);",
            "PowerCutTests.nothing_is_acknowledged_before_it_survives_a_power_cut") { Gap = "the order of calls to the system was held by nothing: a killed process loses nothing, and no disk of the unit tests tells" },
        new(
            "directory-not-flushed",
            "After a power cut a network that was joined is not there",
            "src/Kith.Node/Storage/AtomicFile.cs", "DirectoryFlush.Flush(Path.GetDirectoryName(path)!);", "_ = path;",
            "PowerCutTests.nothing_is_acknowledged_before_it_survives_a_power_cut") { Gap = "likewise" },
        new(
            "append-not-flushed",
            "After a power cut a member that was let in is unknown here, and its statements missing",
            "src/Kith.Node/Storage/StatementFile.cs", "_file.Flush();", "_ = _file;",
            "StatementFileTests.a_batch_is_flushed_once_and_before_append_returns") { Near = "_file.Write(records, _length);" },
        new(
            "key-for-all-to-read",
            "Every user of the machine can read the node's key",
            "src/Kith.Node/Storage/FileModes.cs", "options.UnixCreateMode = Private;", "options.UnixCreateMode = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;",
            "StateDirectoryTests.a_new_state_directory_is_for_its_owner_alone"),
        new(
            "inbox-unbounded",
            "A flood that comes faster than the node works fills its memory",
            "src/Kith.Node/Hosting/CoreInbox.cs", "packets <= PacketsMax", "packets <= int.MaxValue",
            "CoreInboxTests.packets_beyond_the_maximum_are_dropped_and_counted_and_work_never_is"),
    ];
}
