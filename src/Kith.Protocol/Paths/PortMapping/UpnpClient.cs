using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// UPnP with one gateway: WANIPConnection 1 and 2 or WANPPPConnection for IPv4, WANIPv6FirewallControl for IPv6. Search, description and outside address find out
/// whether it is of use.
/// </summary>
internal sealed partial class UpnpClient(in MappingGateway gateway, PortMapperOptions options, MapperOutbox outbox, RandomSource random)
    : MappingClient(MappingProtocol.Upnp, gateway, options, outbox, random)
{
    // The caller of HTTP requests has a limit of its own; this one only sees to it that a lost answer does not stop us for good.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);
    private const int FailuresMax = 3;

    private readonly Dictionary<long, (UpnpStep Step, PortLease? Lease)> _underWay = [];
    private UpnpUrl? _location;
    private uint? _bootId;
    private string _name = "";
    private List<(string Type, UpnpUrl Control)> _services = [];
    private int _service;
    private bool _isReady;
    private bool _wantsPermanent;
    private InternetAddress _outside;
    private int _searches;
    private int _failures;
    private Instant _nextAt = Instant.Never;

    protected override Instant OwnTimeout => _nextAt;

    protected override int AttemptsMax => FailuresMax;

    protected override bool CanAsk => _isReady;

    private bool IsV4 => Gateway.Client.IsV4;

    private (string Type, UpnpUrl Control) Service => _services[_service];

    public override void Start(Instant now)
    {
        _searches = 0;
        _nextAt = now;
    }

    public override void HandleDatagram(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (source.Port == PortMappingSpecification.GatewayPort || !SsdpMessage.TryDecode(datagram, out SsdpMessage? message) || !message!.IsOfGateway)
        {
            return;
        }

        if (message.Kind == SsdpKind.ByeBye)
        {
            if (_location is not null)
            {
                Forget(now, TimeSpan.FromSeconds(1));
            }

            return;
        }

        InternetAddress sender = source.Address;
        bool isNews = _location is null || (message.Kind == SsdpKind.Alive && message.BootId is { } boot && _bootId is { } last && boot != last);
        if (isNews && UpnpUrl.TryParse(message.Location, address => address == Gateway.Address || address == sender, out UpnpUrl? location))
        {
            Forget(now, AnswerPatience);
            _location = location;
            _bootId = message.BootId;
            Call(UpnpStep.Describe, null, null);
        }
    }

    public override bool HandleHttp(Instant now, long id, int status, ReadOnlySpan<byte> body)
    {
        if (!_underWay.Remove(id, out (UpnpStep Step, PortLease? Lease) call))
        {
            return false;
        }

        if (call.Step == UpnpStep.Describe)
        {
            TakeDescription(now, status, body);
            return true;
        }

        // A failure of an action comes with status 500 and says why.
        if (status is not (200 or 500) || !SoapResponse.TryDecode(body, out SoapResponse? response))
        {
            if (!_isReady)
            {
                _nextAt = now + PortMappingLimits.RefusalMin;
            }
            else if (++_failures >= FailuresMax)
            {
                Forget(now, TimeSpan.FromSeconds(1));
            }

            return true;
        }

        _failures = 0;
        NoteAnswer(now);
        Take(now, call.Step, call.Lease, response!);
        return true;
    }

    protected override void HandleOwnTimeout(Instant now)
    {
        if (_isReady)
        {
            _nextAt = Instant.Never;
            return;
        }

        _location = null;
        if (_searches >= PortMappingLimits.SearchAttemptsMax)
        {
            Conclude("no answer");
            _searches = 0;
            _nextAt = now + Retry;
            return;
        }

        _nextAt = now + TimeSpan.FromSeconds(1 << _searches++);
        Search();
    }

    protected override TimeSpan Retransmission(int attempts) => AnswerPatience * attempts;

    // What was known of the gateway's services is void; it is searched for unless it tells by itself before.
    private void Forget(Instant now, TimeSpan searchIn)
    {
        _location = null;
        _bootId = null;
        _services = [];
        _isReady = false;
        _outside = default;
        _failures = 0;
        _searches = 0;
        _underWay.Clear();
        _nextAt = now + searchIn;
        Lose(now, null, TimeSpan.Zero);
    }

    private void Search()
    {
        Span<byte> datagram = stackalloc byte[SsdpSearch.BytesMax];
        InternetAddress[] destinations = IsV4
            ? [PortMappingSpecification.SsdpGroupV4, Gateway.Address]
            : [PortMappingSpecification.SsdpGroupLinkV6, PortMappingSpecification.SsdpGroupSiteV6];
        foreach (InternetAddress destination in destinations)
        {
            int length = SsdpSearch.Encode(destination, datagram);
            uint scope = destination.IsV4 ? 0 : Gateway.InterfaceIndex;
            Outbox.Send(Gateway, new InternetEndpoint(destination, PortMappingSpecification.SsdpPort, scope), datagram[..length]);
        }
    }

    private void TakeDescription(Instant now, int status, ReadOnlySpan<byte> body)
    {
        if (status != 200 || _location is null || !UpnpDescription.TryDecode(body, out UpnpDescription? description))
        {
            Conclude("the gateway's UPnP description cannot be read");
            _nextAt = now + (status == 0 ? PortMappingLimits.RefusalMin : PortMappingLimits.AbsentRetry);
            return;
        }

        _name = description!.Name;
        string[] wanted = IsV4 ? ["WANIPConnection", "WANPPPConnection"] : ["WANIPv6FirewallControl"];
        foreach (UpnpService service in description.Services.Where(service => wanted.Any(name => service.VersionOf(name) > 0)))
        {
            string host = _location.Host;
            if (UpnpUrl.TryResolve(_location, description.UrlBase, service.ControlUrl, address => address == Gateway.Address || host.Trim('[', ']') == address.ToString(), out UpnpUrl? control))
            {
                _services.Add((service.Type, control!));
            }
        }

        _service = 0;
        if (_services.Count == 0)
        {
            Conclude(IsV4 ? "the gateway's UPnP maps no ports" : "the gateway's UPnP opens no IPv6 pinholes");
            _searches = 0;
            _nextAt = now + PortMappingLimits.AbsentRetry;
            return;
        }

        AskWhetherItWorks(now);
    }

    private void Ready(Instant now)
    {
        _isReady = true;
        _nextAt = Instant.Never;
        _searches = 0;
        if (Finding != MappingFinding.Refused)
        {
            Finding = MappingFinding.Present;
            Detail = _name.Length > 0 ? _name : null;
        }

        foreach (PortLease lease in Leases.Where(lease => lease.State == LeaseState.Held))
        {
            lease.NextAt = now;
        }

        if (IsAllowed)
        {
            Allow(now);
        }
    }

    private void Call(UpnpStep step, PortLease? lease, SoapRequest? request)
    {
        // Two for each lease and two for the gateway are more than are ever useful at once.
        if (_underWay.Count < 2 * (PortMappingLimits.WishesMax + 1))
        {
            _underWay[Outbox.Request(Gateway, request is null ? _location! : Service.Control, request)] = (step, lease);
        }
    }
}
