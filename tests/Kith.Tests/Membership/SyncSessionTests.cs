using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Sync;

namespace Kith.Tests.Membership;

public class SyncSessionTests
{
    [Fact]
    public void a_joiner_with_an_empty_log_gets_everything()
    {
        TestNetwork network = new();
        network.Join("a");
        MembershipLog joiner = MembershipLog.Empty(network.Log.Id);
        Pipe pipe = new(network.Log, joiner);
        pipe.Run();
        Assert.True(pipe.IsCaughtUp);
        Assert.Equal(network.State.Digest, joiner.State.Digest);
    }

    [Fact]
    public void what_is_stated_later_is_pushed_and_not_sent_back()
    {
        TestNetwork network = new();
        MembershipLog other = network.Copy();
        Pipe pipe = new(network.Log, other);
        pipe.Run();
        int before = pipe.StatementsSent;
        network.Join("a");
        Assert.False(pipe.IsCaughtUp);
        pipe.Run();
        Assert.True(pipe.IsCaughtUp);
        Assert.Equal(network.State.Digest, other.State.Digest);
        Assert.Equal(2, pipe.StatementsSent - before);
    }

    [Fact]
    public void only_what_is_missing_is_sent_either_way()
    {
        TestNetwork network = new();
        NodeKey a = network.Join("a");
        NodeKey b = network.Join("b");
        MembershipLog other = network.Copy();
        for (int i = 0; i < 10; i++)
        {
            network.Log.Add(network.Log.Author(a, new RenameBody(a.Id, $"a{i}"), ++network.Now));
            other.Add(other.Author(b, new RenameBody(b.Id, $"b{i}"), ++network.Now));
        }

        Pipe pipe = new(network.Log, other);
        pipe.Run();
        Assert.Equal(network.State.Digest, other.State.Digest);
        Assert.Equal(20, pipe.StatementsSent);
    }

    [Fact]
    public void one_who_was_away_sends_nothing_that_the_other_has()
    {
        TestNetwork network = new();
        NodeKey a = network.Join("a");
        MembershipLog away = network.Copy();
        for (int i = 0; i < 300; i++)
        {
            network.Log.Add(network.Log.Author(a, new RenameBody(a.Id, $"a{i}"), ++network.Now));
            network.Log.Add(network.Log.Author(network.Founder, new RenameBody(network.Founder.Id, $"f{i}"), ++network.Now));
        }

        Pipe pipe = new(network.Log, away);
        pipe.Run();
        Assert.Equal(600, pipe.StatementsSent);
        Assert.Equal(network.State.Digest, away.State.Digest);
    }

    [Fact]
    public void forked_chains_reach_both_sides()
    {
        TestNetwork network = new();
        NodeKey a = network.Join("a");
        MembershipLog other = network.Copy();
        for (int i = 0; i < 5; i++)
        {
            network.Log.Add(network.Log.Author(a, new RenameBody(a.Id, $"left{i}"), ++network.Now));
        }

        other.Add(other.Author(a, new RenameBody(a.Id, "right"), ++network.Now));
        Pipe pipe = new(network.Log, other);
        pipe.Run();
        Assert.True(pipe.IsCaughtUp);
        Assert.True(network.Member(a).Frozen);
        Assert.Equal(network.State.Digest, other.State.Digest);
        Assert.Equal(network.Log.Statements.Count, other.Statements.Count);
    }

    [Fact]
    public void a_large_log_goes_in_messages_of_bounded_size()
    {
        TestNetwork network = new();
        network.Log.Add(network.Log.Author(network.Founder, new UnknownBody((BodyType)200, new byte[MembershipLimits.StatementBytesMax - 300]), network.Now));
        for (int i = 0; i < 2_000; i++)
        {
            network.Log.Add(network.Log.Author(network.Founder, new UnknownBody((BodyType)200, new byte[10]), network.Now));
        }

        MembershipLog other = MembershipLog.Empty(network.Log.Id);
        Pipe pipe = new(network.Log, other);
        pipe.Run();
        Assert.Equal(network.State.Digest, other.State.Digest);
        Assert.True(pipe.LargestMessage <= SyncLimits.MessageBytesMax);
        Assert.True(pipe.Messages < 20);
    }

    [Fact]
    public void heads_go_in_pages()
    {
        HeadsMessage page = new(true, false, [.. Enumerable.Range(1, SyncLimits.HeadsPerMessageMax).Select(static i => new Head(default, (ulong)i, default))]);
        byte[] encoded = new byte[page.EncodedLength];
        Assert.Equal(encoded.Length, page.Encode(encoded));
        Assert.True(HeadsMessage.TryDecode(encoded, out HeadsMessage? decoded));
        Assert.Equal(page.Heads, decoded.Heads);
        SyncSession session = new(new TestNetwork().Log);
        for (int i = 0; i < SyncLimits.HeadsMax / SyncLimits.HeadsPerMessageMax; i++)
        {
            Assert.Equal(SyncResult.Ok, session.HandleMessage(encoded));
        }

        Assert.Equal(SyncResult.Malformed, session.HandleMessage(encoded));
    }

    [Fact]
    public void nonsense_and_forgeries_end_a_session()
    {
        TestNetwork network = new();
        SyncSession session = new(network.Log);
        Assert.Equal(SyncResult.Malformed, session.HandleMessage([9, 9, 9]));
        Assert.Equal(SyncResult.Malformed, session.HandleMessage([]));
        byte[] forged = network.Log.Author(network.Founder, new RenameBody(network.Founder.Id, "x"), 1).Encoded.ToArray();
        forged[^1] ^= 1;
        StatementsMessage message = new(true, [forged]);
        byte[] encoded = new byte[message.EncodedLength];
        message.Encode(encoded);
        Assert.Equal(SyncResult.BadStatement, session.HandleMessage(encoded));
    }

    [Fact]
    public void one_that_announces_what_it_never_sends_is_asked_so_often_and_no_more()
    {
        TestNetwork network = new();
        SyncSession session = new(network.Log);
        HeadsMessage heads = new(false, false, [new Head(network.Founder.Id, 99, network.Founder.Id.Value)]);
        StatementsMessage done = new(true, []);
        byte[] buffer = new byte[SyncLimits.MessageBytesMax];
        int length = heads.Encode(buffer);
        session.HandleMessage(buffer.AsSpan(0, length));
        int asked = 0;
        for (int i = 0; i < 20; i++)
        {
            while (session.TryGetMessage(buffer, out int written))
            {
                asked += HeadsMessage.TryDecode(buffer.AsSpan(0, written), out _) ? 1 : 0;
            }

            length = done.Encode(buffer);
            Assert.Equal(SyncResult.Ok, session.HandleMessage(buffer.AsSpan(0, length)));
        }

        Assert.Equal(1 + SyncLimits.RepeatsMax, asked);
    }

    [Fact]
    public void logs_in_any_topology_come_together_while_they_go_on_stating()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            SeededRandom random = new(seed + 5_000_000);
            History history = new(seed, 40);
            MembershipLog[] logs = [.. Enumerable.Range(0, 2 + random.NextBelow(5)).Select(_ => MembershipLog.Empty(history.Id))];
            foreach (Statement statement in history.InOrderOfMaking)
            {
                // Each statement is first known to some of them, which may lack what it names and then do not take it.
                for (int i = 0; i < logs.Length; i++)
                {
                    if (i == 0 || random.NextChance(50))
                    {
                        logs[i].Add(statement);
                    }
                }
            }

            List<Pipe> pipes = [];
            for (int i = 1; i < logs.Length; i++)
            {
                pipes.Add(new Pipe(logs[random.NextBelow(i)], logs[i]));
            }

            for (int round = 0; round < 200 && !pipes.TrueForAll(static pipe => pipe.IsCaughtUp); round++)
            {
                pipes[random.NextBelow(pipes.Count)].Run(maxMessages: 1 + random.NextBelow(4));
            }

            foreach (MembershipLog log in logs)
            {
                Assert.True(log.State.Digest == logs[0].State.Digest && log.Statements.Count == logs[0].Statements.Count, $"seed {seed}");
            }
        }
    }
}
