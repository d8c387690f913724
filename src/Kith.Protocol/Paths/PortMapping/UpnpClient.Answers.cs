using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <content>What the gateway's answers mean.</content>
internal sealed partial class UpnpClient
{
    private const int EphemeralPortMin = 49152;

    private void Take(Instant now, UpnpStep step, PortLease? lease, SoapResponse response)
    {
        switch (step)
        {
            case UpnpStep.OutsideAddress:
                TakeOutsideAddress(now, response);
                break;
            case UpnpStep.FirewallStatus:
                TakeFirewallStatus(now, response);
                break;
            case UpnpStep.Verify:
                bool isOurs = response["NewInternalClient"] == Gateway.Client.ToString() && response.Number("NewInternalPort") == lease!.Wish.InternalPort;
                if (response.Error == UpnpError.NoSuchEntry || (response.Error == 0 && !isOurs))
                {
                    Lose(now, lease, TimeSpan.Zero);
                }

                break;
            case UpnpStep.Delete:
                if (lease!.State == LeaseState.Releasing)
                {
                    Released(lease);
                }

                break;
            default:
                TakeGrant(now, step, lease!, response);
                break;
        }
    }

    private void TakeOutsideAddress(Instant now, SoapResponse response)
    {
        if (response.Error == 0 && InternetAddress.TryParse(response["NewExternalIPAddress"], out InternetAddress outside) && outside.IsV4 && IsUsable(outside))
        {
            bool isFirst = !_isReady;
            _outside = outside;
            foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Held))
            {
                lease.External = lease.External with { Address = outside };
            }

            if (isFirst)
            {
                Ready(now);
            }
        }
        else if (!_isReady && _service + 1 < _services.Count)
        {
            // Routers describe a service for each way they could be connected; the one in use has an address.
            _service++;
            AskWhetherItWorks(now);
        }
        else if (!_isReady)
        {
            Finding = MappingFinding.Refused;
            Detail = response.Error == 0 ? "the gateway has no outside address" : UpnpError.Describe(response.Error, response.ErrorText);
            _searches = 0;
            _nextAt = now + PortMappingLimits.RefusalMin;
        }
    }

    private void TakeFirewallStatus(Instant now, SoapResponse response)
    {
        if (response.Error == 0 && IsTrue(response["FirewallEnabled"]) && IsTrue(response["InboundPinholeAllowed"]))
        {
            Ready(now);
            return;
        }

        bool isOff = response.Error == 0 && !IsTrue(response["FirewallEnabled"]);
        Finding = isOff ? MappingFinding.Absent : MappingFinding.Refused;
        Detail = isOff ? "the gateway's IPv6 firewall is off" : UpnpError.Describe(response.Error == 0 ? UpnpError.InboundPinholeNotAllowed : response.Error, response.ErrorText);
        _searches = 0;
        _nextAt = now + PortMappingLimits.AbsentRetry;
    }

    private void TakeGrant(Instant now, UpnpStep step, PortLease lease, SoapResponse response)
    {
        if (response.Error != 0)
        {
            TakeRefusal(now, step, lease, response);
            return;
        }

        switch (step)
        {
            case UpnpStep.Add:
                Grant(now, lease, new InternetEndpoint(_outside, lease.SuggestedPort), _wantsPermanent ? null : Options.Lifetime);
                break;
            case UpnpStep.AddAny:
                Grant(now, lease, new InternetEndpoint(_outside, response.Number("NewReservedPort") ?? 0), _wantsPermanent ? null : Options.Lifetime);
                break;
            case UpnpStep.AddPinhole:
                lease.PinholeId = response["UniqueID"];
                Grant(now, lease, new InternetEndpoint(Gateway.Client, lease.Wish.InternalPort), Options.Lifetime);
                break;
            default:
                Grant(now, lease, new InternetEndpoint(Gateway.Client, lease.Wish.InternalPort), Options.Lifetime);
                break;
        }

        Detail = _name.Length > 0 ? _name : null;
    }

    private void TakeRefusal(Instant now, UpnpStep step, PortLease lease, SoapResponse response)
    {
        bool isWanted = lease.State is LeaseState.Asking or LeaseState.Held;
        bool mayTryAnother = isWanted && lease.Conflicts < PortMappingLimits.ConflictsMax;
        if (step == UpnpStep.UpdatePinhole && isWanted)
        {
            // It is gone, whatever the number says.
            Lose(now, lease, TimeSpan.Zero);
        }
        else if (step == UpnpStep.AddAny && response.Error is UpnpError.InvalidAction or UpnpError.ActionNotImplemented && mayTryAnother)
        {
            _lacksAddAny = true;
            TryAnother(now, lease, lease.SuggestedPort);
        }
        else if (response.Error == UpnpError.OnlyPermanentLeases && !_wantsPermanent && mayTryAnother)
        {
            _wantsPermanent = true;
            TryAnother(now, lease, lease.SuggestedPort);
        }
        else if (response.Error == UpnpError.SamePortRequired && lease.SuggestedPort != lease.Wish.InternalPort && mayTryAnother)
        {
            TryAnother(now, lease, lease.Wish.InternalPort);
        }
        else if (UpnpError.IsConflict(response.Error) && mayTryAnother)
        {
            TryAnother(now, lease, (ushort)(EphemeralPortMin + Random.NextBelow(65536 - EphemeralPortMin)));
        }
        else
        {
            lease.SuggestedPort = lease.Wish.InternalPort;
            Refuse(now, lease, UpnpError.Describe(response.Error, response.ErrorText), TimeSpan.Zero);
        }
    }

    private void TryAnother(Instant now, PortLease lease, ushort port)
    {
        lease.Conflicts++;
        lease.SuggestedPort = port;
        lease.NextAt = now + Retransmission(1);
        SendRequest(now, lease, Options.Lifetime);
    }

    private static bool IsTrue(string value) => value is "1" or "true" or "yes";
}
