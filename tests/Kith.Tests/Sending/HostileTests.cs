using System.Text;
using Kith.Apps.Sending;
using Kith.Apps.Sending.Wire;
using Kith.Node.Control;
using Record = Kith.Apps.Sending.Streams.Record;

namespace Kith.Tests.Sending;

/// <summary>A member that does not keep to the protocol, on either side.</summary>
public class HostileTests
{
    private static readonly EntryDetails Small = new(1, 0, 0x1A4);
    private static readonly EntryDetails Large = new(1_000_000, 0, 0x1A4);

    public static TheoryData<string> Names => ["..", ".", "a/b", "../../etc/cron.d/x", "/etc/x", "a\0b", "", ".kith-abc.part"];

    [Theory]
    [MemberData(nameof(Names))]
    public Task a_name_that_leads_elsewhere_ends_the_transfer(string name) => RefusedAsync(async sender =>
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        byte[] body = new byte[EntryDetails.Bytes + 2 + text.Length];
        body[^(text.Length + 1)] = (byte)text.Length;
        text.CopyTo(body, body.Length - text.Length);
        await sender.SayAsync(RecordKind.File, body);
    });

    [Fact]
    public Task a_name_that_comes_twice_ends_the_transfer() => RefusedAsync(async sender =>
    {
        await sender.SayAsync(new FileRecord(Small, "a"));
        await sender.SayAsync(new FileRecord(Small, "a"));
    });

    [Fact]
    public Task content_nobody_asked_for_ends_the_transfer() => RefusedAsync(sender => sender.SayWholeAsync(0, [1]));

    [Fact]
    public Task more_content_than_the_file_has_ends_the_transfer() => RefusedAsync(async sender =>
    {
        await AnnounceLargeAsync(sender);
        await sender.SayAsync(new BeginRecord(0, new EntryDetails(10, 0, 0), 0));
        await sender.SayAsync(RecordKind.Data, new byte[11]);
    });

    [Fact]
    public Task less_content_than_the_file_has_ends_the_transfer() => RefusedAsync(async sender =>
    {
        await AnnounceLargeAsync(sender);
        await sender.SayAsync(new BeginRecord(0, new EntryDetails(10, 0, 0), 0));
        await sender.SayAsync(RecordKind.Data, new byte[9]);
        await sender.SayAsync(new EndRecord(WireSamples.Hash));
    });

    [Fact]
    public Task a_file_that_begins_where_nothing_was_offered_ends_the_transfer() => RefusedAsync(async sender =>
    {
        await AnnounceLargeAsync(sender);
        await sender.SayAsync(new BeginRecord(0, Large, 500_000));
    });

    [Fact]
    public Task folders_too_deep_end_the_transfer() => RefusedAsync(async sender =>
    {
        for (int i = 0; i <= SendLimits.DepthMax; i++)
        {
            await sender.SayAsync(new FolderRecord("d"));
        }
    });

    [Fact]
    public Task leaving_the_folder_that_receives_ends_the_transfer() => RefusedAsync(sender => sender.SayAsync(new LeaveRecord(default)));

    [Fact]
    public Task too_many_files_at_once_end_the_transfer() => RefusedAsync(async sender =>
    {
        for (int i = 0; i <= SendLimits.OpenEntriesMax; i++)
        {
            await sender.SayAsync(new FileRecord(Small, $"{i:000000}"));
        }
    });

    [Fact]
    public Task too_many_open_folders_end_the_transfer() => RefusedAsync(async sender =>
    {
        for (int i = 0; i <= SendLimits.OpenFoldersMax; i++)
        {
            await sender.SayAsync(new FolderRecord($"{i:000000}"));
            await sender.SayAsync(new FileRecord(Small, "wanted"));
            await sender.SayAsync(new LeaveRecord(default));
        }
    });

    [Fact]
    public Task a_record_nobody_knows_ends_the_transfer() => RefusedAsync(sender => sender.SayAsync((RecordKind)200, [1, 2, 3]));

    [Fact]
    public Task an_oversized_record_ends_the_transfer() => RefusedAsync(sender => sender.SayAsync(RecordKind.Data, new byte[SendLimits.BodyBytesMax + 1]));

    [Fact]
    public async Task links_that_lead_out_are_not_made_and_folders_are_not_reached_through_links()
    {
        using TransferRig rig = new();
        string outside = Directory.CreateDirectory(Path.Combine(rig.Source, "outside")).FullName;
        File.CreateSymbolicLink(Path.Combine(rig.Target, "planted"), outside);
        using CancellationTokenSource over = new();
        Task receiving = rig.ReceiveAsync(over.Token);
        HostileSender sender = await HostileSender.GreetAsync(rig.Network, over.Token);
        await sender.SayAsync(new FolderRecord("d"));
        await sender.SayAsync(new LinkRecord(0, "absolute", outside));
        await sender.SayAsync(new LinkRecord(0, "inside", "x"));
        await sender.SayAsync(new LinkRecord(0, "up", "../../source/outside"));
        await sender.SayAsync(new FolderRecord("x"));
        await sender.SayAsync(new LeaveRecord(default));
        await sender.SayAsync(new LeaveRecord(default));
        await sender.SayAsync(new FolderRecord("planted"));
        await sender.SayAsync(new FileRecord(Small, "through"));
        await sender.SayAsync(new LeaveRecord(default));
        await sender.SayAsync(RecordKind.ListEnd, []);

        List<OutcomeRecord> outcomes = [];
        for (Record record = await sender.HearAsync(over.Token); record.Kind != RecordKind.Done; record = await sender.HearAsync(over.Token))
        {
            Assert.True(OutcomeRecord.TryDecode(record.Body.Span, out OutcomeRecord? outcome), record.Kind.ToString());
            outcomes.Add(outcome);
        }

        Assert.Equal([(0u, OutcomeKind.Failed), (1u, OutcomeKind.Received), (2u, OutcomeKind.Failed), (3u, OutcomeKind.Failed)], outcomes.OrderBy(item => item.Index).Select(item => (item.Index, item.Outcome)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Equal(["d", "d/inside", "d/x", "planted"], rig.Listing());
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    [Fact]
    public async Task an_entry_that_a_link_takes_the_place_of_replaces_the_link_and_not_what_it_leads_to()
    {
        using TransferRig rig = new();
        string victim = rig.Write("outside/victim", "untouched"u8);
        rig.Write("file", "new"u8);
        File.CreateSymbolicLink(Path.Combine(rig.Target, "file"), victim);
        rig.Options = rig.Options with { Conflicts = Kith.Apps.Sending.Incoming.ConflictPolicy.Overwrite };

        await rig.TransferAsync("file");

        Assert.Equal("untouched"u8, File.ReadAllBytes(victim));
        Assert.Null(new FileInfo(Path.Combine(rig.Target, "file")).LinkTarget);
        Assert.Equal("new"u8, rig.Got("file"));
    }

    public static TheoryData<string> Lies => ["verdict on nothing", "outcome of nothing", "done too early", "nonsense", "verdicts without end"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task a_receiver_that_lies_ends_the_transfer(string lie)
    {
        using TransferRig rig = new();
        rig.WriteRandom("file", 1000);
        using CancellationTokenSource over = new();
        await using Kith.Node.KithListener listener = await rig.Network.ListenAsync("kith/send/1", over.Token);
        Task<TransferTotals> sending = rig.SendAsync(over.Token, "file");
        await using Kith.Node.KithStream stream = await listener.AcceptAsync(over.Token);
        HostileSender receiver = new(stream);
        await receiver.SayAsync(new AnswerRecord(AnswerKind.Accepted));
        while ((await receiver.HearAsync(over.Token)).Kind != RecordKind.ListEnd)
        {
        }

        switch (lie)
        {
            case "verdict on nothing":
                await receiver.SayAsync(new VerdictRecord(5, VerdictKind.Send, []));
                break;
            case "outcome of nothing":
                await receiver.SayAsync(new OutcomeRecord(5, OutcomeKind.Received));
                break;
            case "done too early":
                await receiver.SayAsync(RecordKind.Done, []);
                break;
            case "nonsense":
                await receiver.SayAsync(RecordKind.Whole, [1, 2, 3]);
                break;
            default:
                for (int i = 0; i <= 2 * SendLimits.FileTriesMax; i++)
                {
                    await receiver.SayAsync(new VerdictRecord(0, VerdictKind.Send, []));
                }

                break;
        }

        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => sending);
        Assert.Equal(ControlError.TransferStopped, failure.Error);
    }

    private static async Task AnnounceLargeAsync(HostileSender sender)
    {
        await sender.SayAsync(new FileRecord(Large, "a"));
        Assert.Equal(RecordKind.Verdict, (await sender.HearAsync(TestContext.Current.CancellationToken)).Kind);
    }

    private static async Task RefusedAsync(Func<HostileSender, Task> act)
    {
        using TransferRig rig = new();
        using CancellationTokenSource over = new();
        Task receiving = rig.ReceiveAsync(over.Token);
        HostileSender sender = await HostileSender.GreetAsync(rig.Network, over.Token);
        try
        {
            await act(sender);
        }
        catch (IOException)
        {
            // The receiver has had enough before all was said.
        }

        StopRecord? stop = await sender.HearStopAsync(TestContext.Current.CancellationToken);
        Assert.True(stop is null or { Reason: StopReason.Protocol }, stop?.ToString());
        Assert.All(rig.Listing(), name => Assert.True(EntryName.IsPartial(Path.GetFileName(name)) || Directory.Exists(Path.Combine(rig.Target, name)), name));
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        TransferEvent ended = rig.Received.Of(TransferEventKind.Stopped).Single();
        Assert.StartsWith("it broke the protocol", ended.Reason, StringComparison.Ordinal);
    }
}
