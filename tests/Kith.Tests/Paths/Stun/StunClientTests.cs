using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;
using Kith.Tests.Core;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.Stun;

public sealed class StunClientTests
{
    private static readonly InternetEndpoint s_server = WhereaboutsTests.Endpoint("198.51.100.1:3478");
    private static readonly InternetEndpoint s_outside = WhereaboutsTests.Endpoint("203.0.113.7:40000");
    private readonly StunClient _client = new(new TestRandom(5));
    private readonly byte[] _buffer = new byte[StunMessage.BytesMax];
    private Instant _now = new(10_000_000);

    private List<(InternetEndpoint To, StunMessage Message)> Sent()
    {
        List<(InternetEndpoint To, StunMessage Message)> sent = [];
        while (_client.TryGetTransmit(_buffer, out InternetEndpoint target, out int length))
        {
            Assert.True(StunMessage.TryDecode(_buffer.AsSpan(0, length), out StunMessage? message));
            sent.Add((target, message));
        }

        return sent;
    }

    private bool Give(InternetEndpoint from, StunMessage message) => _client.HandleDatagram(from, _buffer.AsSpan(0, message.Encode(_buffer)));

    private StunMessage Answer(StunTransactionId id) => new() { Type = StunMessageType.BindingResponse, TransactionId = id, XorMapped = s_outside };

    [Fact]
    public void a_question_is_sent_again_after_doubling_pauses_and_then_given_up()
    {
        Instant start = _now;
        Assert.True(_client.Ask(_now, StunPurpose.Mapping, s_server));
        List<double> at = [];
        HashSet<StunTransactionId> ids = [];
        while (_client.OpenCount > 0)
        {
            foreach ((InternetEndpoint to, StunMessage message) in Sent())
            {
                Assert.Equal(s_server, to);
                ids.Add(message.TransactionId);
                at.Add((_now - start).TotalMilliseconds);
            }

            _now = _client.NextTimeout;
            _client.HandleTimeout(_now);
        }

        Assert.Equal([0, 500, 1500, 3500, 7500], at);
        Assert.Equal(15_500, (_now - start).TotalMilliseconds);
        Assert.Single(ids);
        Assert.True(_client.TryGetEvent(out StunEvent ended));
        Assert.False(ended.IsAnswered);
        Assert.Equal(Instant.Never, _client.NextTimeout);
    }

    [Fact]
    public void an_answer_counts_only_with_our_id_and_from_where_we_asked()
    {
        _client.Ask(_now, StunPurpose.Mapping, s_server);
        StunTransactionId id = Assert.Single(Sent()).Message.TransactionId;
        Assert.True(Give(s_server, Answer(id with { Low = id.Low ^ 1 })));
        Assert.True(Give(s_outside, Answer(id)));
        Assert.True(Give(s_server, Answer(id) with { Type = StunMessageType.BindingRequest }));
        Assert.False(_client.TryGetEvent(out _));
        Assert.True(Give(s_server, Answer(id)));
        Assert.True(_client.TryGetEvent(out StunEvent ended));
        Assert.Equal((true, s_outside), (ended.IsAnswered, ended.Mapped!.Value));
        Assert.True(Give(s_server, Answer(id)));
        Assert.False(_client.TryGetEvent(out _));
    }

    [Fact]
    public void a_refusal_or_an_answer_that_cannot_be_understood_ends_the_question_without_a_result()
    {
        _client.Ask(_now, StunPurpose.Mapping, s_server);
        Give(s_server, new StunMessage { Type = StunMessageType.BindingError, TransactionId = Sent()[0].Message.TransactionId, ErrorCode = 400 });
        _client.Ask(_now, StunPurpose.Mapping, s_server);
        Give(s_server, new StunMessage { Type = StunMessageType.BindingResponse, TransactionId = Sent()[0].Message.TransactionId });
        _client.Ask(_now, StunPurpose.Mapping, s_server);
        byte[] unknown = [.. _buffer.AsSpan(0, Answer(Sent()[0].Message.TransactionId).Encode(_buffer)), 0x00, 0x7F, 0, 0];
        unknown[3] += 4;
        Assert.True(_client.HandleDatagram(s_server, unknown));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(_client.TryGetEvent(out StunEvent ended));
            Assert.False(ended.IsAnswered);
        }
    }

    [Fact]
    public void tests_of_filtering_want_their_answer_from_elsewhere()
    {
        InternetEndpoint otherPort = s_server with { Port = 3479 };
        InternetEndpoint otherAddress = WhereaboutsTests.Endpoint("198.51.100.2:3479");
        _client.Ask(_now, StunPurpose.FilterAddress, s_server);
        _client.Ask(_now, StunPurpose.FilterPort, s_server);
        List<(InternetEndpoint To, StunMessage Message)> sent = Sent();
        Assert.Equal([6u, 2u], sent.Select(question => question.Message.Change));
        Give(s_server, Answer(sent[0].Message.TransactionId));
        Give(otherPort, Answer(sent[0].Message.TransactionId));
        Give(s_server, Answer(sent[1].Message.TransactionId));
        Assert.False(_client.TryGetEvent(out _));
        Give(otherAddress, Answer(sent[0].Message.TransactionId));
        Give(otherPort, Answer(sent[1].Message.TransactionId));
        Assert.True(_client.TryGetEvent(out StunEvent address) && address is { IsAnswered: true, Purpose: StunPurpose.FilterAddress });
        Assert.True(_client.TryGetEvent(out StunEvent port) && port is { IsAnswered: true, Purpose: StunPurpose.FilterPort });
    }

    [Fact]
    public void our_own_question_coming_back_shows_a_hairpin()
    {
        _client.Ask(_now, StunPurpose.Hairpin, s_outside);
        StunMessage question = Assert.Single(Sent()).Message;
        Give(s_outside, question with { TransactionId = new StunTransactionId(1, 2) });
        Assert.False(_client.TryGetEvent(out _));
        Give(s_outside, question);
        Assert.True(_client.TryGetEvent(out StunEvent ended) && ended.IsAnswered);
    }

    [Fact]
    public void open_questions_are_bounded()
    {
        for (int i = 0; i < StunClient.TransactionsMax; i++)
        {
            Assert.True(_client.Ask(_now, StunPurpose.Mapping, s_server with { Port = (ushort)(1 + i) }));
            Assert.False(_client.Ask(_now, StunPurpose.Mapping, s_server with { Port = (ushort)(1 + i) }));
        }

        Assert.False(_client.Ask(_now, StunPurpose.Mapping, s_outside));
        Assert.Equal(StunClient.TransactionsMax, _client.OpenCount);
    }

    [Fact]
    public void nothing_is_sent_to_this_machine_or_to_nowhere()
    {
        foreach (string target in new[] { "127.0.0.1:3478", "[::1]:3478", "224.0.0.1:3478", "192.0.2.1:0", "0.0.0.0:3478" })
        {
            Assert.False(_client.Ask(_now, StunPurpose.Mapping, WhereaboutsTests.Endpoint(target)));
        }
    }
}
