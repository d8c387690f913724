namespace Kith.Protocol.Discovery.Tracker;

/// <summary>How a tracker is spoken to.</summary>
public enum TrackerScheme
{
    /// <summary>Datagrams (BEP 15).</summary>
    Udp,

    /// <summary>HTTP (BEP 3).</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,
}
