using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>One direction of a simulated link: delay, loss, duplication, reordering, a rate with a bounded queue, and blackouts.</summary>
internal sealed class TestLink(TestRandom random)
{
    private readonly PriorityQueue<byte[], (Instant At, long Order)> _packets = new();
    private long _order;
    private Instant _freeAt;

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(10);

    public TimeSpan Jitter { get; set; }

    public double Loss { get; set; }

    public double Duplication { get; set; }

    public double Reordering { get; set; }

    public double BytesPerSecond { get; set; }

    public TimeSpan QueueMax { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>When packets come out: at multiples of this only, as behind a radio or on a busy machine.</summary>
    public TimeSpan Bunches { get; set; }

    public bool IsDown { get; set; }

    /// <summary>Sees every packet that is offered; returning false loses it.</summary>
    public Func<byte[], bool>? Filter { get; set; }

    public long Offered { get; private set; }

    public long Lost { get; private set; }

    public Instant NextArrival => _packets.TryPeek(out _, out (Instant At, long Order) first) ? first.At : Instant.Never;

    public void Send(Instant now, ReadOnlySpan<byte> packet)
    {
        Offered++;
        byte[] copy = packet.ToArray();
        Instant departs = now;
        if (BytesPerSecond > 0)
        {
            Instant start = Instant.Max(_freeAt, now);
            if (start - now > QueueMax)
            {
                Lost++;
                return;
            }

            _freeAt = start + TimeSpan.FromSeconds(packet.Length / BytesPerSecond);
            departs = _freeAt;
        }

        if (IsDown || random.Happens(Loss) || Filter?.Invoke(copy) == false)
        {
            Lost++;
            return;
        }

        Enqueue(departs, copy);
        if (random.Happens(Duplication))
        {
            Enqueue(departs, copy);
        }
    }

    public bool TryTake(Instant now, out byte[] packet)
    {
        if (NextArrival > now)
        {
            packet = [];
            return false;
        }

        packet = _packets.Dequeue();
        return true;
    }

    private void Enqueue(Instant departs, byte[] packet)
    {
        Instant at = departs + Delay;
        if (Jitter > TimeSpan.Zero)
        {
            at += TimeSpan.FromTicks((long)(random.NextUInt64() % (ulong)Jitter.Ticks));
        }

        if (random.Happens(Reordering))
        {
            at += Delay / 2;
        }

        if (Bunches > TimeSpan.Zero)
        {
            at = new Instant((at.Ticks + Bunches.Ticks - 1) / Bunches.Ticks * Bunches.Ticks);
        }

        _packets.Enqueue(packet, (at, _order++));
    }
}
