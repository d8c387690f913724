using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what a hostile gateway says, to one mapper that hears it all: the first byte chooses between its ports and the answer to the HTTP request that waits.
/// </summary>
[Covers(
    typeof(Protocol.Paths.PortMapping.PortMapper), typeof(Protocol.Paths.PortMapping.GatewaySession), typeof(Protocol.Paths.PortMapping.MappingClient),
    typeof(Protocol.Paths.PortMapping.NatPmpClient), typeof(Protocol.Paths.PortMapping.PcpClient), typeof(Protocol.Paths.PortMapping.UpnpClient))]
internal sealed class PortMapperTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[PortMappingLimits.DatagramBytesMax];
    private readonly MappingGateway _gateway = new(InternetAddress.FromBytes([192, 168, 1, 1]), 2, InternetAddress.FromBytes([192, 168, 1, 2]));
    private readonly PortMapper _mapper;
    private Instant _now = new(TimeSpan.TicksPerDay);
    private long _request = 1;

    public PortMapperTarget()
    {
        _mapper = new PortMapper(
            new PortMapperOptions { Wishes = [new MappingWish(MappedTransport.Udp, 5484), new MappingWish(MappedTransport.Tcp, 443)], Secret = default },
            new FuzzRandomSource(1));
        _mapper.HandleGateways(_now, [_gateway]);
    }

    public string Name => "port-mapper";

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus =>
    [
        .. MappingSamples.Pcp().Concat(MappingSamples.NatPmp()).Select(static datagram => (byte[])[0, .. datagram]),
        .. MappingSamples.Ssdp().Select(static datagram => (byte[])[1, .. datagram]),
        .. MappingSamples.Descriptions().Concat(MappingSamples.Soap()).Select(static body => (byte[])[2, .. body]),
    ];

    public IEnumerable<byte[]> Dictionary => MappingSamples.Words;

    public bool Run(ReadOnlySpan<byte> input)
    {
        _now += TimeSpan.FromMilliseconds(200);
        if (input.IsEmpty)
        {
            return false;
        }

        switch (input[0] % 3)
        {
            case 0:
                _mapper.HandleDatagram(_now, _gateway.At(PortMappingSpecification.GatewayPort), input[1..]);
                break;
            case 1:
                _mapper.HandleDatagram(_now, _gateway.At(PortMappingSpecification.SsdpPort), input[1..]);
                break;
            default:
                _mapper.HandleHttp(_now, _request, input[0] < 128 ? 200 : 500, input[1..]);
                break;
        }

        int sent = 0;
        while (_mapper.TryGetTransmit(_buffer, out MapperTransmit transmit))
        {
            sent++;
            Oracle.True(transmit.Destination.Address == _gateway.Address || transmit.Destination.Address.IsMulticast, "a datagram to somebody else");
        }

        while (_mapper.TryGetHttpRequest(out MapperHttpRequest? request))
        {
            sent++;
            _request = request!.Id;
            Oracle.Equal("192.168.1.1", request.Url.Host, "the host that is asked");
        }

        Oracle.True(sent <= 24, "one message made it send a flood");
        _mapper.TryGetChange(out IReadOnlyList<MappedEndpoint> endpoints);
        Oracle.True(endpoints.All(static endpoint => endpoint.External.Port != 0 && !endpoint.External.Address.IsLoopback && !endpoint.External.Address.IsMulticast), "an endpoint that leads nowhere");
        return sent > 0;
    }
}
