namespace Kith.Tunnel.Threads;

/// <summary>What is to be done with a relay frame.</summary>
internal enum RelayVerdict
{
    /// <summary>It is dropped.</summary>
    Refuse,

    /// <summary>It is for us: what it carries is opened.</summary>
    Open,

    /// <summary>It goes on to the next hop.</summary>
    PassOn,

    /// <summary>It goes on by a way that only the core knows.</summary>
    GiveToCore,
}
