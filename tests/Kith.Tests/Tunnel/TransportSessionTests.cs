using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>The end of a session.</summary>
public sealed class TransportSessionTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];

    [Fact]
    public void retire_wipes_the_keys_and_ends_everything()
    {
        TransportSession session = new(1, 2, s_key, s_key, isInitiator: true, default);
        Assert.Equal(s_key, session.SendKey.ToArray());
        Assert.True(session.TryTakeCounters(3, out ulong first));
        Assert.Equal(0ul, first);
        Assert.True(session.TryAccept(5));

        session.Retire();
        Assert.True(session.IsRetired);
        Assert.Equal(new byte[32], session.SendKey.ToArray());
        Assert.Equal(new byte[32], session.ReceiveKey.ToArray());
        Assert.False(session.TryTakeCounters(1, out _));
        Assert.False(session.TryAccept(6));
        bool[] accepted = [true];
        session.Accept([7], accepted);
        Assert.False(accepted[0]);
    }

    [Fact]
    public void no_counter_is_given_out_twice_whatever_is_taken_at_once()
    {
        TransportSession session = new(1, 2, s_key, s_key, isInitiator: true, default);
        SeededRandom random = new(8);
        ulong next = 0;
        for (int i = 0; i < 1000; i++)
        {
            int count = 1 + random.NextBelow(64);
            Assert.True(session.TryTakeCounters(count, out ulong first));
            Assert.Equal(next, first);
            next += (ulong)count;
        }

        Assert.Equal(next, session.NextCounter);
    }

    [Fact]
    public void counters_run_out_before_the_specified_limit()
    {
        ulong nearEnd = TransportSession.RejectAfterMessages - 10;
        TransportSession session = new(1, 2, s_key, s_key, isInitiator: true, default, nearEnd);
        Assert.True(session.TryTakeCounters(5, out ulong first));
        Assert.Equal(nearEnd, first);
        Assert.False(session.TryTakeCounters(6, out _));
        for (int i = 0; i < 20_000; i++)
        {
            Assert.False(session.TryTakeCounters(1, out _));
        }
    }

    [Fact]
    public void counters_past_the_limit_are_not_accepted()
    {
        TransportSession session = new(1, 2, s_key, s_key, isInitiator: true, default);
        Assert.False(session.TryAccept(TransportSession.RejectAfterMessages));
        Assert.True(session.TryAccept(TransportSession.RejectAfterMessages - 1));
        bool[] accepted = new bool[2];
        session.Accept([TransportSession.RejectAfterMessages - 1, TransportSession.RejectAfterMessages - 2], accepted);
        Assert.Equal([false, true], accepted);
    }
}
