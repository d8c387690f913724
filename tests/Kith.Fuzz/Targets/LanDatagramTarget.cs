using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram to a node that is a member and answers to an invite. One machine takes them all, ten in a second of its time.</summary>
[Covers(typeof(Protocol.Discovery.Lan.LanDiscovery))]
internal sealed class LanDatagramTarget : IFuzzTarget
{
    private readonly LanDiscovery _machine = DnsSamples.NewMachine(1);
    private readonly byte[] _buffer = new byte[LanDiscovery.DatagramBytesMax];
    private Instant _now = new(1);

    public string Name => "lan-datagram";

    public IEnumerable<byte[]> Corpus => DnsSamples.LanDatagrams();

    public IEnumerable<byte[]> Dictionary => DnsSamples.Dictionary;

    public bool Run(ReadOnlySpan<byte> input)
    {
        _now += TimeSpan.FromMilliseconds(100);
        if (_machine.NextTimeout <= _now)
        {
            _machine.HandleTimeout(_now);
        }

        ushort port = input.IsEmpty || input[0] % 8 != 7 ? LanNames.Port : (ushort)40000;
        _machine.HandleDatagram(_now, new InternetEndpoint(DnsSamples.V4, port), input);
        Oracle.True(_machine.InstanceCount <= LanDiscovery.InstancesMax, "more instances than the named maximum");
        while (_machine.TryGetTransmit(_buffer, out LanTransmit transmit))
        {
            Oracle.True(DnsMessage.TryDecode(_buffer.AsSpan(0, transmit.Length), out _), "what it says cannot be read");
        }

        int events = 0;
        while (_machine.TryGetEvent(out LanEvent found))
        {
            events++;
            Oracle.True(found.Endpoint.Port != 0, "an event without a port");
        }

        Oracle.True(events <= LanDiscovery.EventsMax, "more events than the named maximum");
        return DnsMessage.TryDecode(input, out _);
    }
}
