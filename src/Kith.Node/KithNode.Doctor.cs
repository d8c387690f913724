using System.Globalization;
using Kith.Node.Control;
using Kith.Node.Explaining;
using Kith.Protocol.Core;
using Kith.Tunnel;

namespace Kith.Node;

/// <content>Looking at what the node needs of the machine.</content>
public sealed partial class KithNode
{
    private static readonly long WallFloorMilliseconds = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DoctorCheck>> DiagnoseAsync(CancellationToken cancellationToken)
    {
        List<DoctorCheck> checks =
        [
            CheckAddresses(),
            CheckTun(),
            CheckSockets(),
            CheckOffloads(),
            CheckMulticast(),
            CheckPortMapping(),
            CheckNames(),
            CheckDrops(),
            await CheckDnsAsync(cancellationToken).ConfigureAwait(false),
        ];
        checks.AddRange(await OnLoopAsync(
            (core, now) => new[] { CheckNat(core), CheckUdp(core), CheckClock(core, now), CheckUpkeep(core, now) },
            cancellationToken).ConfigureAwait(false));
        checks.Add(await OnLoopAsync((core, _) => CheckTcp(core), cancellationToken).ConfigureAwait(false));
        checks.AddRange(await OnLoopAsync((core, now) => core.DescribeSources().Select(state => SourceWords.Check(state, now)).ToList(), cancellationToken).ConfigureAwait(false));
        checks.AddRange(await OnLoopAsync((core, _) => CheckState(core).ToList(), cancellationToken).ConfigureAwait(false));
        checks.AddRange(await OnLoopAsync((core, _) => core.Nuisances.Select(nuisance => CheckNuisance(core, nuisance)).ToList(), cancellationToken).ConfigureAwait(false));
        checks.AddRange(await OnLoopAsync((core, _) => CheckMembers(core), cancellationToken).ConfigureAwait(false));
        return checks;
    }

    private static DoctorCheck CheckNuisance(NodeCore core, Protocol.Core.Nuisances.Nuisance nuisance) => new(
        "nuisance",
        DoctorVerdict.Warn,
        $"{NameOf(core, nuisance.Node)} {NuisanceWords.Of(nuisance)}",
        $"Ask whose it is what runs there; cut it off with: kith revoke {NameOf(core, nuisance.Node)}");

    private static List<DoctorCheck> CheckMembers(NodeCore core)
    {
        List<DoctorCheck> checks = [];
        foreach (Protocol.Membership.MembershipLog log in Ordered(core))
        {
            int others = log.State.Members.Count - 1;
            int online = log.State.Members.Keys.Count(id => id != core.Id && core.DescribePeer(id).Online);
            string text = string.Create(CultureInfo.InvariantCulture, $"{online} of {others} other devices of '{log.State.Name}' reachable");
            checks.Add(others == 0
                ? new DoctorCheck("members", DoctorVerdict.Ok, $"'{log.State.Name}' has no other devices yet", "Invite one with: kith invite")
                : new DoctorCheck("members", online == 0 ? DoctorVerdict.Warn : DoctorVerdict.Ok, text, online == 0 ? "Check that another device is up and on this network." : null));
        }

        return checks.Count > 0
            ? checks
            : [new DoctorCheck("members", DoctorVerdict.Warn, "this device is in no network", "Create one with: kith create NAME, or join one with: kith join INVITE")];
    }

    private DoctorCheck CheckAddresses()
    {
        IReadOnlyList<Protocol.Paths.InternetPrefix> candidates = _interfaces.Candidates;
        return candidates.Count == 0
            ? new DoctorCheck("addresses", DoctorVerdict.Fail, "this machine has no address on any network", "Connect it to a network.")
            : new DoctorCheck("addresses", DoctorVerdict.Ok, string.Join(", ", candidates));
    }

    private DoctorCheck CheckTun()
    {
        if (_tun is not null)
        {
            return new("tun device", DoctorVerdict.Ok, string.Create(CultureInfo.InvariantCulture, $"{_tun.Name}, MTU {_tun.Mtu}"));
        }

        (string reason, string advice) = WithoutTun();
        return new("tun device", _parts.TunRefusal is null ? DoctorVerdict.Ok : DoctorVerdict.Warn, $"none, user-space mode: {reason}", advice);
    }

    // Why there is none, in the words of what was tried, and how to have one.
    private (string Reason, string Advice) WithoutTun() => _parts.TunRefusal is { } refusal
        ? (refusal.Error == ControlError.TunNotPermitted ? "this user may not make a network device" : refusal.Message.TrimEnd('.'), refusal.Advice)
        : ("started with --no-tun", $"For a network device start it with: kith up --tun {DefaultTunName}");

    private DoctorCheck CheckSockets()
    {
        FastPathReport report = _fastPath.Report;
        string families = report switch
        {
            { HasIPv4: true, HasIPv6: true } => "IPv4 and IPv6",
            { HasIPv4: true } => "IPv4 only",
            _ => "IPv6 only",
        };
        DoctorVerdict verdict = report is { HasIPv4: true, HasIPv6: true } ? DoctorVerdict.Ok : DoctorVerdict.Warn;
        return new DoctorCheck(
            "udp socket",
            verdict,
            string.Create(CultureInfo.InvariantCulture, $"port {_fastPath.Port}, {families}"),
            verdict == DoctorVerdict.Ok ? null : "Devices that have only the other family are not reached directly.");
    }

    private DoctorCheck CheckOffloads()
    {
        OffloadStatus[] missing = [.. _fastPath.Report.Offloads.Where(offload => !offload.IsActive)];
        return missing.Length == 0
            ? new DoctorCheck("offloads", DoctorVerdict.Ok, string.Join(", ", _fastPath.Report.Offloads.Select(offload => offload.Name)))
            : new DoctorCheck(
                "offloads",
                DoctorVerdict.Warn,
                string.Join(", ", missing.Select(offload => $"{offload.Name} off: {offload.Reason}")),
                "Everything works, with more processor time. A newer kernel may offer them.");
    }

    private DoctorCheck CheckMulticast() => _parts.IsLanOff
        ? new DoctorCheck("multicast", DoctorVerdict.Ok, "switched off", "With it, devices on the local network are found: kith up --lan")
        : _parts.Lan is not null
        ? new DoctorCheck("multicast", DoctorVerdict.Ok, "devices on the local network are found by it")
        : new DoctorCheck("multicast", DoctorVerdict.Warn, "the multicast port 5353 cannot be used", "Devices are still found by invite, cache and --peer.");

    private DoctorCheck CheckNames() => _parts.Names is null
        ? new DoctorCheck("names", DoctorVerdict.Ok, "known to the commands of kith alone, without a TUN device")
        : _parts.Names.HookDescription is { } hook
        ? new DoctorCheck("names", DoctorVerdict.Ok, $"made known through {hook}")
        : new DoctorCheck("names", DoctorVerdict.Warn, "names could not be made known to this machine's programs", "Look at the log; 'kith members' shows the addresses.");

    private DoctorCheck CheckDrops()
    {
        string drops = string.Join(", ", _fastPath.Report.Drops.Where(drop => drop.Value > 0).Select(drop => string.Create(CultureInfo.InvariantCulture, $"{drop.Key} {drop.Value}")));
        long inbox = _parts.Inbox.Dropped;
        long strangers = _parts.Inbox.StrangersDropped;
        if (inbox == 0 && strangers > 0)
        {
            return new DoctorCheck("packets", DoctorVerdict.Warn, string.Create(CultureInfo.InvariantCulture, $"strangers flooded this node: {strangers:N0} of their datagrams were not looked at"), null);
        }

        return inbox == 0
            ? new DoctorCheck("packets", DoctorVerdict.Ok, drops.Length == 0 ? "none dropped" : $"dropped: {drops}")
            : new DoctorCheck("packets", DoctorVerdict.Warn, string.Create(CultureInfo.InvariantCulture, $"the core did not keep up with {inbox} packets"), "This machine is very busy, or is being flooded.");
    }
}
