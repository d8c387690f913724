using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <summary>
/// Asks STUN servers (RFC 8489) from the data socket where they see it, each question with its own retransmission. A machine without IO: after every call
/// drain <see cref="TryGetTransmit"/> and <see cref="TryGetEvent"/>, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>. Only what carries the
/// transaction id of an open question is looked at; everything else is silence. Not thread-safe.
/// </summary>
public sealed class StunClient
{
    /// <summary>The most questions open at once.</summary>
    public const int TransactionsMax = 16;

    /// <summary>How often a question about the mapping is sent before it is given up, after 500, 1,500, 3,500 and 7,500 ms; RFC 8489 section 6.2.1 says 7, but more than 15 s helps nobody.</summary>
    public const int SendsMax = 5;

    /// <summary>The same for tests whose usual end is silence.</summary>
    public const int TestSendsMax = 3;

    /// <summary>The first wait for an answer; doubles with each further one (RFC 8489 section 6.2.1: at least 500 ms).</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    private readonly RandomSource _random;
    private readonly List<StunTransaction> _open = [];
    private readonly Queue<(InternetEndpoint Target, StunMessage Message)> _transmits = new();
    private readonly Queue<StunEvent> _events = new();
    private Instant _lastSent = new(long.MinValue);

    /// <summary>Begins with no question. Transaction ids are drawn from <paramref name="random"/>.</summary>
    public StunClient(RandomSource random) => _random = random;

    /// <summary>How many questions wait for an answer.</summary>
    public int OpenCount => _open.Count;

    /// <summary>When <see cref="HandleTimeout"/> must be called next.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = Instant.Never;
            foreach (StunTransaction transaction in _open)
            {
                next = Instant.Min(next, transaction.Due);
            }

            return next;
        }
    }

    /// <summary>Asks. False if that question is open already, too many are, or nothing can be sent to the target.</summary>
    public bool Ask(Instant now, StunPurpose purpose, in InternetEndpoint target)
    {
        if (_open.Count >= TransactionsMax || !EndpointField.IsUnicast(target) || target.Address.IsLoopback)
        {
            return false;
        }

        foreach (StunTransaction other in _open)
        {
            if (other.Purpose == purpose && other.Target == target)
            {
                return false;
            }
        }

        _lastSent = Instant.Max(now, _lastSent + TimeSpan.FromTicks(1));
        _open.Add(new StunTransaction(StunTransactionId.Random(_random), purpose, target, _lastSent));
        HandleTimeout(now);
        return true;
    }

    /// <summary>Forgets all questions; no events come of them.</summary>
    public void Clear()
    {
        _open.Clear();
        _transmits.Clear();
        _events.Clear();
    }

    /// <summary>Sends again what is due, and gives up what was sent often enough.</summary>
    public void HandleTimeout(Instant now)
    {
        for (int i = 0; i < _open.Count; i++)
        {
            StunTransaction transaction = _open[i];
            if (transaction.Due > now && transaction.Sends > 0)
            {
                continue;
            }

            if (transaction.Sends >= transaction.SendsMax)
            {
                _open.RemoveAt(i--);
                _events.Enqueue(new StunEvent(transaction.Purpose, transaction.Target, null, null, false, transaction.Sent));
                continue;
            }

            transaction.Due = now + (FirstWait * (1 << transaction.Sends));
            transaction.Sends++;
            _transmits.Enqueue((transaction.Target, transaction.ToMessage()));
        }
    }

    /// <summary>
    /// A datagram of the data socket. Returns whether it is STUN: then it is nobody else's, whether it meant anything or not.
    /// </summary>
    public bool HandleDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (!StunMessage.IsStun(datagram))
        {
            return false;
        }

        StunTransactionId id = StunTransactionId.Read(datagram[8..]);
        int index = _open.FindIndex(transaction => transaction.Id == id);
        if (index >= 0 && StunMessage.TryDecode(datagram, out StunMessage? message) && Conclude(_open[index], source, message) is { } end)
        {
            _open.RemoveAt(index);
            _events.Enqueue(end);
        }

        return true;
    }

    /// <summary>Takes the next datagram to send from the data socket.</summary>
    /// <param name="buffer">At least <see cref="StunMessage.BytesMax"/> bytes, the caller's.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="length">Bytes used of the buffer.</param>
    public bool TryGetTransmit(Span<byte> buffer, out InternetEndpoint target, out int length)
    {
        bool any = _transmits.TryDequeue(out (InternetEndpoint Target, StunMessage Message) transmit);
        target = transmit.Target;
        length = any ? transmit.Message.Encode(buffer) : 0;
        return any;
    }

    /// <summary>Takes the next question that ended.</summary>
    public bool TryGetEvent(out StunEvent stunEvent) => _events.TryDequeue(out stunEvent);

    // Null for what does not end the question: then a later answer may.
    private static StunEvent? Conclude(StunTransaction transaction, InternetEndpoint source, StunMessage message)
    {
        StunEvent answered = new(transaction.Purpose, transaction.Target, message.Mapped, message.Other, true, transaction.Sent);
        switch (transaction.Purpose)
        {
            case StunPurpose.Hairpin:
                return message.Type == StunMessageType.BindingRequest ? answered : null;
            case StunPurpose.Mapping when source != transaction.Target:
            case StunPurpose.FilterPort when source.Address != transaction.Target.Address || source.Port == transaction.Target.Port:
            case StunPurpose.FilterAddress when source.Address == transaction.Target.Address:
                return null;
            default:
                bool isUseful = message is { Type: StunMessageType.BindingResponse, UnknownRequired.Count: 0, Mapped: { } mapped } && EndpointField.IsUnicast(mapped);
                return message.Type is StunMessageType.BindingResponse or StunMessageType.BindingError ? answered with { IsAnswered = isUseful } : null;
        }
    }
}
