using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>A name that records are looked for under: when it was asked for, what came, and when it is next.</summary>
public sealed class DnsEntry(DnsName name)
{
    // A shell that never answers must not stop the look-ups.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private TimeSpan _wait = DnsBook.FirstWait;
    private bool _isUnderWay;

    /// <summary>The name, without <c>_kith</c>.</summary>
    public DnsName Name { get; } = name;

    /// <summary>When it is looked up next, while members are missing.</summary>
    public Instant Next { get; private set; } = new(long.MinValue);

    /// <summary>When it was last asked for.</summary>
    public Instant? Asked { get; private set; }

    /// <summary>When something was last heard.</summary>
    public Instant? Answered { get; private set; }

    /// <summary>What came, in a few words.</summary>
    public string Said { get; private set; } = "";

    /// <summary>How many records of members there were.</summary>
    public int Records { get; private set; }

    internal bool IsUnderWay => _isUnderWay;

    /// <summary>It has been looked up.</summary>
    public void HandleAnswer(Instant now, bool isAnswered, string said, int records)
    {
        _isUnderWay = false;
        Answered = isAnswered ? now : Answered;
        Said = said;
        Records = records;
    }

    internal void Begin(Instant now)
    {
        Next = now;
        _wait = DnsBook.FirstWait;
    }

    internal void Ask(Instant now)
    {
        _isUnderWay = true;
        Asked = now;
        Next = now + _wait;
        _wait = _wait * 2 < DnsBook.LongestWait ? _wait * 2 : DnsBook.LongestWait;
    }

    internal void GiveUp(Instant now) => _isUnderWay &= Asked is not { } asked || now - asked < s_patience;
}
