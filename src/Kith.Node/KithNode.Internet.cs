using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kith.Node.Control;
using Kith.Node.Explaining;
using Kith.Node.Stun;
using Kith.Protocol.Core;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <content>Looking at the way to the Internet.</content>
public sealed partial class KithNode
{
    private static readonly TimeSpan NameLookUpLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private static DoctorCheck CheckNat(NodeCore core)
    {
        NatReport report = core.Nat;
        NatStatus nat = NatWords.Describe(report);
        string outside = (nat.Ipv4 ?? nat.Ipv6) is { } seen ? $", seen at {seen}" : string.Empty;
        string hairpin = nat.Hairpin switch
        {
            true => "; sends its own devices' packets back in",
            false => "; sends no packets of its own devices back in",
            _ => string.Empty,
        };
        string text = $"{nat.Text}{outside}{(nat.Filtering is { } filtering ? $"; {filtering}" : string.Empty)}{hairpin}";
        return report.Class switch
        {
            NatClass.Hard or NatClass.AddressDependent => new DoctorCheck(
                "nat", DoctorVerdict.Warn, text, "Devices behind such a router too are reached through members only. Switch on UPnP, NAT-PMP or PCP in the router, forward the port, or use IPv6."),
            NatClass.Blocked => new DoctorCheck("nat", DoctorVerdict.Warn, text, "Allow UDP in the firewall of this network; until then TCP serves where a member offers it."),
            NatClass.Unknown => new DoctorCheck("nat", DoctorVerdict.Ok, "not known yet: nobody outside has said where this device is seen"),
            _ when report.DoubleNat == true => new DoctorCheck("nat", DoctorVerdict.Warn, text, "Open the port in the second router too, or make one of them a bridge."),
            _ => new DoctorCheck("nat", DoctorVerdict.Ok, text),
        };
    }

    private DoctorCheck CheckUdp(NodeCore core)
    {
        int members = core.Networks.SelectMany(log => log.State.Members.Keys).Distinct()
            .Count(id => id != core.Id && core.DescribePeer(id).Path is { Kind: Protocol.Paths.PathKind.Lan or Protocol.Paths.PathKind.Direct });
        int answered = core.StunServers.Count(server => server.Value);
        string servers = (_parts.Stun!.Names.Count, core.StunServers.Count) switch
        {
            (0, _) => "STUN servers are not asked",
            (_, 0) => "no STUN server needed to be asked",
            _ => string.Create(CultureInfo.InvariantCulture, $"{answered} of {core.StunServers.Count} addresses of STUN servers answered"),
        };
        string text = string.Create(CultureInfo.InvariantCulture, $"{members} {(members == 1 ? "device answers" : "devices answer")} directly; {servers}");
        return core.Nat.Class == NatClass.Blocked
            ? new DoctorCheck("udp", DoctorVerdict.Warn, $"UDP does not pass, or there is no Internet; {servers}", "Allow UDP in the firewall of this network, at least towards port 5484.")
            : members == 0 && core.StunServers.Count > 0 && answered == 0
                ? new DoctorCheck("udp", DoctorVerdict.Warn, text, "If the Internet works otherwise, something on the way drops UDP.")
                : new DoctorCheck("udp", DoctorVerdict.Ok, text);
    }

    private static DoctorCheck CheckClock(NodeCore core, ClockReading now)
    {
        string time = DateTimeOffset.FromUnixTimeMilliseconds(now.WallMilliseconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        TimeSpan behind = core.ClockBehind(now);
        return now.WallMilliseconds < WallFloorMilliseconds
            ? new DoctorCheck("clock", DoctorVerdict.Warn, "the clock stands years in the past", "Set it: invites are judged by it. Reaching members works all the same.")
            : behind > ClockTolerance
                ? new DoctorCheck(
                    "clock",
                    DoctorVerdict.Warn,
                    string.Create(CultureInfo.InvariantCulture, $"{time}, {Math.Round(behind.TotalMinutes)} min behind that of another member"),
                    "Set whichever of the two is wrong: invites are judged by it.")
                : new DoctorCheck("clock", DoctorVerdict.Ok, time);
    }

    private static DoctorCheck CheckUpkeep(NodeCore core, ClockReading now)
    {
        (long bytes, int over, long budget) = core.Upkeep(now);
        string text = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB sent by itself in the last {over} min, of at most {budget / 1000} kB an hour");
        return bytes <= budget
            ? new DoctorCheck("upkeep", DoctorVerdict.Ok, text)
            : new DoctorCheck("upkeep", DoctorVerdict.Warn, text, "Much was going on, as after a start or with many changes of network. If it stays so, please report it.");
    }

    private async Task<DoctorCheck> CheckDnsAsync(CancellationToken cancellationToken)
    {
        string? name = _parts.Stun!.Names.Select(server => StunServers.Split(server).Host).FirstOrDefault(host => !InternetAddress.TryParse(host, out _));
        if (name is null)
        {
            return new DoctorCheck("dns", DoctorVerdict.Ok, "not needed: no server is known by name");
        }

        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(name, cancellationToken).WaitAsync(NameLookUpLimit, cancellationToken).ConfigureAwait(false);
            return new DoctorCheck("dns", DoctorVerdict.Ok, $"{name} is {string.Join(", ", found.Take(2).Select(address => address.ToString()))}");
        }
        catch (Exception failure) when (failure is SocketException or TimeoutException)
        {
            return new DoctorCheck(
                "dns", DoctorVerdict.Warn, $"no answer for {name}", "Without names no STUN server can be asked. Members are found all the same; name servers by address with: kith up --stun 192.0.2.1:3478");
        }
    }
}
