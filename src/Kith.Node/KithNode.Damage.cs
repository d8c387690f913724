using System.Globalization;
using Kith.Node.Control;
using Kith.Node.Hosting;
using Kith.Protocol.Core;

namespace Kith.Node;

/// <content>What was found to be damaged on disk, and what cannot be written there.</content>
public sealed partial class KithNode
{
    private static readonly TimeSpan StoreTroublePause = TimeSpan.FromMinutes(10);

    private DateTimeOffset _storeTroubleTold = DateTimeOffset.MinValue;
    private string? _storeTrouble;

    private List<DamageStatus>? DescribeDamages() => _parts.Damages.Count == 0
        ? null
        : [.. _parts.Damages.Select(static damage => new DamageStatus(damage.File, damage.Damage, damage.SetAside, damage.Loss))];

    // On the loop. A disk that takes nothing is tried again and again: that is told when it begins, and now and then.
    private void TellStoreFailed(StoreResult result)
    {
        string reason = result.Message ?? result.Outcome.ToString();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (reason != _storeTrouble || now - _storeTroubleTold > StoreTroublePause)
        {
            _storeTrouble = reason;
            _storeTroubleTold = now;
            _logger.StoreFailed(reason);
        }
    }

    private IEnumerable<DoctorCheck> CheckState(NodeCore core)
    {
        foreach (Protocol.Membership.MembershipLog log in Ordered(core).Where(log => core.IsBeingRepaired(log.Id)))
        {
            yield return new DoctorCheck(
                "state",
                DoctorVerdict.Warn,
                $"statements of '{log.State.Name}' are missing here and are being fetched from its members",
                "Until one of them that has them is reachable, this device can change nothing in that network.");
        }

        foreach (Protocol.Identity.NetworkId lost in core.LostNetworks)
        {
            yield return new DoctorCheck("state", DoctorVerdict.Fail, $"so much of network {lost} is damaged that its members are not known any more", "Ask a member for an invite; joining by it brings the network back, as the device it was.");
        }

        IReadOnlyList<string> names = _parts.SetAside;
        yield return names.Count == 0
            ? new DoctorCheck("state", DoctorVerdict.Ok, "every file was as it was written")
            : new DoctorCheck(
                "state",
                DoctorVerdict.Warn,
                string.Create(CultureInfo.InvariantCulture, $"{names.Count} damaged files were set aside in {_parts.DamagedPath}: {string.Join(", ", names.Take(8))}"),
                "A disk that damages files may be failing: make a copy of the state. Delete the files set aside once nothing in them is missed.");
    }
}
