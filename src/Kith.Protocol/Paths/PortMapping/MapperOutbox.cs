using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What waits to be carried out for all gateways. Bounded by <see cref="PortMappingLimits.OutboxMax"/> each; every machine here asks again what was lost.</summary>
internal sealed class MapperOutbox
{
    private readonly Queue<(MappingGateway Gateway, InternetEndpoint Destination, byte[] Bytes)> _datagrams = new();
    private readonly Queue<MapperHttpRequest> _requests = new();
    private long _lastId;

    public int DatagramCount => _datagrams.Count;

    public int RequestCount => _requests.Count;

    public void Send(in MappingGateway gateway, in InternetEndpoint destination, ReadOnlySpan<byte> bytes)
    {
        if (_datagrams.Count < PortMappingLimits.OutboxMax)
        {
            _datagrams.Enqueue((gateway, destination, bytes.ToArray()));
        }
    }

    /// <summary>Queues a request and returns its number.</summary>
    public long Request(in MappingGateway gateway, UpnpUrl url, SoapRequest? soap)
    {
        long id = ++_lastId;
        if (_requests.Count < PortMappingLimits.OutboxMax)
        {
            _requests.Enqueue(new MapperHttpRequest(id, gateway, url, soap));
        }

        return id;
    }

    public bool TryTake(Span<byte> buffer, out MapperTransmit transmit)
    {
        transmit = default;
        if (!_datagrams.TryDequeue(out (MappingGateway Gateway, InternetEndpoint Destination, byte[] Bytes) entry))
        {
            return false;
        }

        entry.Bytes.CopyTo(buffer);
        transmit = new MapperTransmit(entry.Bytes.Length, entry.Gateway, entry.Destination);
        return true;
    }

    public bool TryTakeRequest(out MapperHttpRequest? request) => _requests.TryDequeue(out request);
}
