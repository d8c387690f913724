namespace Kith.Protocol.Discovery.Tracker;

/// <summary>Numbers that BEP 15 gives.</summary>
public static class TrackerSpecification
{
    /// <summary>What a request for a connection id begins with.</summary>
    public const ulong ProtocolId = 0x41727101980;

    /// <summary>An unanswered request is sent again after 15 · 2ⁿ seconds, n from 0 ...</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(15);

    /// <summary>... up to this.</summary>
    public const int DoublingsMax = 8;

    /// <summary>A connection id is used for this long.</summary>
    public static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(1);
}
