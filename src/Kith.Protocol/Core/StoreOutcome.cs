namespace Kith.Protocol.Core;

/// <summary>How an attempt to keep something ended.</summary>
public enum StoreOutcome
{
    /// <summary>It is kept: it survives the process being killed and the machine losing power.</summary>
    Ok,

    /// <summary>There was no room. Nothing changed; the same call may succeed once there is room again.</summary>
    Full,

    /// <summary>It could not be kept for another reason. Nothing that was kept before is lost.</summary>
    Failed,
}
