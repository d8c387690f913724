using System.Globalization;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <content>The actions that are called (WANIPConnection:2 section 2.5, WANIPv6FirewallControl:1 section 2.4).</content>
internal sealed partial class UpnpClient
{
    // Only version 2 of the service finds a free port by itself.
    private bool HasAddAny => Service.Type.EndsWith("WANIPConnection:2", StringComparison.Ordinal) && !_lacksAddAny;

    private bool _lacksAddAny;

    protected override void SendCheck(Instant now)
    {
        if (!_isReady)
        {
            return;
        }

        foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Held))
        {
            if (IsV4)
            {
                Call(UpnpStep.Verify, lease, Soap("GetSpecificPortMappingEntry", ("NewRemoteHost", ""), ("NewExternalPort", Text(lease.External.Port)), ("NewProtocol", Transport(lease))));
            }
            else
            {
                SendRequest(now, lease, Options.Lifetime);
            }
        }

        if (IsV4)
        {
            Call(UpnpStep.OutsideAddress, null, Soap("GetExternalIPAddress"));
        }
    }

    protected override void SendRequest(Instant now, PortLease lease, TimeSpan lifetime)
    {
        if (!_isReady)
        {
            return;
        }

        if (lifetime == TimeSpan.Zero)
        {
            Delete(lease);
        }
        else if (IsV4)
        {
            AddMapping(lease, lifetime);
        }
        else
        {
            AddPinhole(lease, lifetime);
        }
    }

    private void AskWhetherItWorks(Instant now)
    {
        _nextAt = now + AnswerPatience;
        if (IsV4)
        {
            Call(UpnpStep.OutsideAddress, null, Soap("GetExternalIPAddress"));
        }
        else
        {
            Call(UpnpStep.FirewallStatus, null, Soap("GetFirewallStatus"));
        }
    }

    private void AddMapping(PortLease lease, TimeSpan lifetime)
    {
        // A renewal is the same call again with the port that we have.
        bool isAny = HasAddAny && lease.State == LeaseState.Asking;
        Call(
            isAny ? UpnpStep.AddAny : UpnpStep.Add,
            lease,
            Soap(
                isAny ? "AddAnyPortMapping" : "AddPortMapping",
                ("NewRemoteHost", ""),
                ("NewExternalPort", Text(lease.SuggestedPort)),
                ("NewProtocol", Transport(lease)),
                ("NewInternalPort", Text(lease.Wish.InternalPort)),
                ("NewInternalClient", Gateway.Client.ToString()),
                ("NewEnabled", "1"),
                ("NewPortMappingDescription", Options.Description),
                ("NewLeaseDuration", _wantsPermanent ? "0" : Seconds(lifetime))));
    }

    private void AddPinhole(PortLease lease, TimeSpan lifetime)
    {
        if (lease.PinholeId.Length > 0)
        {
            Call(UpnpStep.UpdatePinhole, lease, Soap("UpdatePinhole", ("UniqueID", lease.PinholeId), ("NewLeaseTime", Seconds(lifetime))));
            return;
        }

        Call(
            UpnpStep.AddPinhole,
            lease,
            Soap(
                "AddPinhole",
                ("RemoteHost", ""),
                ("RemotePort", "0"),
                ("InternalClient", Gateway.Client.ToString()),
                ("InternalPort", Text(lease.Wish.InternalPort)),
                ("Protocol", Text((ushort)lease.Wish.Transport)),
                ("LeaseTime", Seconds(lifetime))));
    }

    private void Delete(PortLease lease)
    {
        // One call is enough: the connection repeats what is lost.
        if (_underWay.Values.Any(call => call.Step == UpnpStep.Delete && call.Lease == lease))
        {
            return;
        }

        if (IsV4)
        {
            ushort port = lease.External.IsNone ? lease.SuggestedPort : lease.External.Port;
            Call(UpnpStep.Delete, lease, Soap("DeletePortMapping", ("NewRemoteHost", ""), ("NewExternalPort", Text(port)), ("NewProtocol", Transport(lease))));
        }
        else if (lease.PinholeId.Length > 0)
        {
            Call(UpnpStep.Delete, lease, Soap("DeletePinhole", ("UniqueID", lease.PinholeId)));
        }
        else
        {
            Released(lease);
        }
    }

    private SoapRequest Soap(string action, params (string Name, string Value)[] arguments) => new(Service.Type, action, arguments);

    private static string Transport(PortLease lease) => lease.Wish.Transport == MappedTransport.Tcp ? "TCP" : "UDP";

    private static string Text(ushort number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
