namespace Kith.Node.Control;

/// <summary>Why a device is reached as it is; what `kith why` prints.</summary>
/// <param name="Device">The device as <c>name.network</c>.</param>
/// <param name="Online">Whether it is reachable.</param>
/// <param name="LastSeen">When something authentic of it last came, or null.</param>
/// <param name="Path">The way that data takes.</param>
/// <param name="Own">What stands between this device and the Internet.</param>
/// <param name="Peer">What stands between that device and the Internet, as it says.</param>
/// <param name="Candidates">Every way that is known, the one used first.</param>
/// <param name="Attempts">What was done to open a direct way through translators, in words; null if there was no need.</param>
/// <param name="Reason">Why data takes the way it takes.</param>
/// <param name="Advice">What the user could change; nothing where nothing would help or need be.</param>
public sealed record WhyReport(
    string Device,
    bool Online,
    DateTimeOffset? LastSeen,
    PathStatus Path,
    NatStatus Own,
    NatStatus Peer,
    IReadOnlyList<WhyCandidate> Candidates,
    string? Attempts,
    string Reason,
    IReadOnlyList<string> Advice)
{
    /// <summary>What each way of finding members said of the device, and when.</summary>
    public IReadOnlyList<WhySource> Sources { get; init; } = [];
}
