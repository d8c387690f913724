using Kith.Protocol.Discovery.Dht;

namespace Kith.Simulator.Dht;

/// <summary>What came of one operation.</summary>
internal sealed class CrowdResult
{
    /// <summary>The newest item found.</summary>
    public DhtItem? Found { get; set; }

    /// <summary>How many nodes in a row led to the first.</summary>
    public int Hops { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver { get; set; }

    /// <summary>How many nodes took what was put.</summary>
    public int Stored { get; set; }

    /// <summary>How many nodes were asked.</summary>
    public int Queries { get; set; }
}
