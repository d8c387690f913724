using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core.Nuisances;

/// <summary>Whatever a member does too much of meets a maximum, is told of once, and takes nothing from the others.</summary>
public sealed class HostileMemberTests : IDisposable
{
    private readonly HostileNet _net = new();

    public void Dispose() => _net.Dispose();

    [Theory]
    [InlineData((byte)ControlMessageType.Whereabouts, 257)]
    [InlineData((byte)ControlMessageType.Whereabouts, 65_535)]
    [InlineData((byte)ControlMessageType.Links, 257)]
    [InlineData((byte)ControlMessageType.Links, 65_535)]
    public void a_list_that_is_too_long_ends_its_stream_and_is_told_once(byte type, int count)
    {
        byte[] body = new byte[2 + (count * 2)];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)count);
        Repeat(20, stream => _net.Say(stream, (ControlMessageType)type, body, TimeSpan.FromSeconds(0.2)));
        Assert.Equal([NuisanceKind.BrokenMessages], _net.Told);
        Assert.Equal(20, _net.Anna.Core!.Nuisances.Single().Count);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void more_heads_than_a_network_can_have_end_the_stream()
    {
        byte[] page = new HeadsMessage(true, false, [.. Enumerable.Range(0, SyncLimits.HeadsPerMessageMax).Select(i => new Head(_net.EveHost.Key.Id, (ulong)i + 1, default))]).Encoded();
        ControlStream stream = _net.Open();
        for (int i = 0; i <= SyncLimits.HeadsMax / SyncLimits.HeadsPerMessageMax; i++)
        {
            _net.Say(stream, ControlMessageType.Statements, page, TimeSpan.FromSeconds(0.2));
        }

        Assert.Contains(NuisanceKind.BrokenMessages, _net.Told);
        Assert.Equal(_net.Told.Distinct(), _net.Told);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void a_forged_statement_ends_the_stream_and_is_told_once()
    {
        byte[] forged = [.. Chain(1, "eve-two")[0].Encoded.Span];
        forged[^1] ^= 1;
        Repeat(10, stream => _net.Say(stream, ControlMessageType.Statements, new StatementsMessage(true, [forged]).Encoded(), TimeSpan.FromSeconds(0.2)));
        Assert.Equal([NuisanceKind.FalseStatements], _net.Told);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void statements_without_end_are_told_once_and_everybody_goes_on()
    {
        Statement[] chain = Chain(NuisanceLimits.StatementBurst + 200, "eve");
        ControlStream stream = _net.Open();
        foreach (Statement[] batch in chain.Chunk(100))
        {
            _net.Say(stream, ControlMessageType.Statements, new StatementsMessage(true, [.. batch.Select(statement => statement.Encoded)]).Encoded(), TimeSpan.FromSeconds(0.5));
        }

        Assert.Equal([NuisanceKind.Statements], _net.Told);
        Assert.Equal(chain[^1].Hash, _net.Home.Statements[^1].Hash);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void a_chain_that_forks_without_end_is_kept_to_its_branches_and_told_once()
    {
        int before = _net.Home.Statements.Count;
        Statement[] twigs = [.. Enumerable.Range(0, 40).Select(i => Chain(1, $"eve-{i}")[0])];
        ControlStream stream = _net.Open();
        foreach (Statement twig in twigs)
        {
            _net.Say(stream, ControlMessageType.Statements, new StatementsMessage(true, [twig.Encoded]).Encoded(), TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal([NuisanceKind.Fork], _net.Told);
        Assert.InRange(_net.Home.Statements.Count - before, 2, MembershipLimits.BranchesMax);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void news_of_where_it_is_and_of_its_links_is_taken_at_a_rate_and_told_once()
    {
        ControlStream stream = _net.Open();
        for (int i = 0; i < 2 * NuisanceLimits.RecordBurst; i++)
        {
            ulong sequence = 1_900_000_000_000 + (ulong)i;
            Whereabouts record = Whereabouts.Sign(_net.EveHost.Key, sequence, (long)sequence, NatClass.Unknown, [], []);
            LinkReport report = LinkReport.Sign(_net.EveHost.Key, _net.Home.Id, sequence, []);
            _net.Say(stream, ControlMessageType.Whereabouts, ListOf(record.Encoded), TimeSpan.Zero);
            _net.Say(stream, ControlMessageType.Links, ListOf(report.Encoded), TimeSpan.FromSeconds(0.02));
        }

        Assert.Equal([NuisanceKind.Whereabouts, NuisanceKind.Links], _net.Told.Order().ToArray());
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void messages_without_end_are_held_back_and_none_is_lost()
    {
        ControlStream stream = _net.Open();
        byte[] idle = new byte[1000];
        for (int i = 0; i < 12_000; i++)
        {
            stream.Write(_net.Now, (ControlMessageType)200, idle);
        }

        _net.Say(stream, ControlMessageType.Statements, new StatementsMessage(true, [Chain(1, "eve-last")[0].Encoded]).Encoded(), TimeSpan.FromSeconds(2));
        Assert.Equal([NuisanceKind.Messages], _net.Told);
        _net.AssertOthersUnharmed();
        _net.Say(stream, (ControlMessageType)200, [], TimeSpan.FromSeconds(20));
        Assert.NotNull(_net.Home.State.FindByName("eve-last"));
        Assert.Equal([NuisanceKind.Messages], _net.Told);
    }

    [Fact]
    public void pings_and_calls_without_end_are_dropped_and_told_once()
    {
        byte[] call = new byte[CallMe.BytesMax];
        int length = new CallMe([]).Encode(call);
        byte[] ping = new byte[64];
        int pingBytes = new PathPing(1, 0, 0).Encode(ping);
        for (int i = 0; i < 20_000; i++)
        {
            _net.Eve.Send(_net.Now, i % 2 == 0 ? ping.AsSpan(0, pingBytes) : call.AsSpan(0, length));
        }

        _net.Run(TimeSpan.FromSeconds(3));
        Assert.Equal([NuisanceKind.Frames], _net.Told);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void packets_that_are_not_to_be_passed_on_are_dropped_and_told_once()
    {
        byte[] frame = new byte[200];
        int length = new RelayFrame(3, 0xDEAD, _net.EveHost.Key.Id.ShortId, new byte[100]).Encode(frame);
        for (int i = 0; i < 30_000; i++)
        {
            _net.Eve.Send(_net.Now, frame.AsSpan(0, length));
        }

        _net.Run(TimeSpan.FromSeconds(3));
        Assert.Equal([NuisanceKind.Relaying], _net.Told);
        Assert.Equal(0, _net.Anna.Core!.RelayedBytes);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void ten_thousand_half_open_streams_are_a_few_and_push_out_nobody_elses()
    {
        _net.Eve.IsDeaf = true;
        for (int i = 0; i < 10_000; i++)
        {
            _net.Eve.Dial(_net.Now, ControlConstants.Port);
        }

        _net.Run(TimeSpan.FromSeconds(2));
        Assert.Equal([NuisanceKind.Streams], _net.Told);
        Assert.InRange(_net.Anna.Core!.StackConnectionCount, 1, NodeLimits.SpareStreamsMax + 8);
        _net.AssertOthersUnharmed();
    }

    [Fact]
    public void streams_that_say_nothing_are_a_few()
    {
        for (int i = 0; i < 500; i++)
        {
            _net.Eve.Dial(_net.Now, ControlConstants.Port);
            _net.Run(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal([NuisanceKind.Streams], _net.Told);
        Assert.InRange(_net.Anna.Core!.Counts.Streams, 1, NuisanceLimits.MuteStreamsMax + 4);
        _net.AssertOthersUnharmed();
    }

    private static byte[] ListOf(ReadOnlySpan<byte> record)
    {
        byte[] body = new byte[4 + record.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, 1);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), (ushort)record.Length);
        record.CopyTo(body.AsSpan(4));
        return body;
    }

    // Statements of eve's that follow what is known of her, each a new name.
    private Statement[] Chain(int count, string name)
    {
        Statement last = _net.EveLog.Statements.Last(statement => statement.Author == _net.EveHost.Key.Id);
        List<Statement> chain = [];
        for (int i = 0; i < count; i++)
        {
            last = Statement.Sign(
                _net.Home.Id, _net.EveHost.Key, last.Sequence + 1, last.Hash, [], new HybridTime(last.Time.Value + 1), new RenameBody(_net.EveHost.Key.Id, count == 1 ? name : $"{name}-{i}"));
            chain.Add(last);
        }

        return [.. chain];
    }

    private void Repeat(int times, Action<ControlStream> act)
    {
        for (int i = 0; i < times; i++)
        {
            act(_net.Open());
        }
    }
}
