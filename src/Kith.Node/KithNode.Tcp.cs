using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Core;

namespace Kith.Node;

/// <content>What is to be said of TCP, the way around networks that block UDP.</content>
public sealed partial class KithNode
{
    private DoctorCheck CheckTcp(NodeCore core)
    {
        string[] peers = [.. core.TcpPeers.Select(NameOf).Order(StringComparer.Ordinal)];
        if (core.IsUdpBlocked)
        {
            return peers.Length > 0
                ? new DoctorCheck("tcp", DoctorVerdict.Warn, $"no member is reached by UDP; connected over TCP with {string.Join(", ", peers)}", "Everything works, slower. If this network is yours, let UDP pass.")
                : new DoctorCheck(
                    "tcp",
                    DoctorVerdict.Fail,
                    $"no member is reached by UDP, and none over TCP{(_parts.Tcp!.LastFailure is { } reason ? ": " + reason : string.Empty)}",
                    "If other devices are up, this network may block UDP. On one with an address that can be reached from here: kith up --tcp-port 443");
        }

        string text = core.TcpOffers.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $"members whose network blocks UDP may connect to port {core.TcpOffers[0].Port} here")
            : "not needed: UDP passes";
        return new DoctorCheck(
            "tcp",
            DoctorVerdict.Ok,
            peers.Length == 0 ? text : $"{text}; connected with {string.Join(", ", peers)}",
            core.TcpOffers.Count > 0 ? null : "For members in networks that block UDP: kith up --tcp-port 443, on a device with a public address.");
    }
}
