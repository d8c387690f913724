using System.Globalization;
using System.Text;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths.PortMapping;

/// <summary>A home router in memory that speaks what a test lets it speak, and refuses as a test says.</summary>
internal sealed partial class FakeGateway(MappingGateway seenByClient)
{
    private Instant _bootedAt;

    /// <summary>What stands in its table: outside transport and port, and to where it leads until when.</summary>
    public Dictionary<(MappedTransport Transport, ushort Port), (InternetAddress Client, ushort Port, Instant Until, PcpNonce? Nonce)> Table { get; } = [];

    public bool HasPcp { get; set; }

    public bool HasNatPmp { get; set; }

    public bool HasUpnp { get; set; }

    /// <summary>Nothing gets in or out, as if unplugged.</summary>
    public bool IsSilent { get; set; }

    public PcpResult PcpResult { get; set; }

    public uint PcpErrorSeconds { get; set; }

    public NatPmpResult NatPmpResult { get; set; }

    public TimeSpan LifetimeMax { get; set; } = TimeSpan.FromHours(24);

    public InternetAddress Outside { get; set; } = InternetAddress.FromBytes([198, 51, 100, 7]);

    public InternetAddress Address => seenByClient.Address;

    /// <summary>Every request that came, in words.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Loses its table and starts its clock anew.</summary>
    public void Restart(Instant now)
    {
        Table.Clear();
        Pinholes.Clear();
        _bootedAt = now;
        BootId++;
    }

    public uint Epoch(Instant now) => (uint)Math.Max(0, (now - _bootedAt).TotalSeconds);

    /// <summary>Answers a datagram: from which port, and with what.</summary>
    public IEnumerable<(ushort Port, byte[] Bytes)> Answer(Instant now, in MapperTransmit transmit, ReadOnlySpan<byte> datagram)
    {
        List<(ushort, byte[])> answers = [];
        if (IsSilent)
        {
            Log.Add("lost");
            return answers;
        }

        byte[] buffer = new byte[1100];
        if (transmit.Destination.Port == PortMappingSpecification.SsdpPort)
        {
            Log.Add("search");
            if (HasUpnp)
            {
                answers.Add((PortMappingSpecification.SsdpPort, Encoding.ASCII.GetBytes(SearchAnswer)));
            }
        }
        else if (PcpRequest.TryDecode(datagram, out PcpRequest pcp))
        {
            Log.Add(pcp.Map is null ? "pcp announce" : $"pcp map {pcp.LifetimeSeconds}");
            if (HasPcp)
            {
                answers.Add((PortMappingSpecification.GatewayPort, buffer[..TakePcp(now, pcp).Encode(buffer)]));
            }
            else if (HasNatPmp)
            {
                // RFC 6886 section 3.5, to a version that it does not know.
                answers.Add((PortMappingSpecification.GatewayPort, [0, (byte)(0x80 | datagram[1]), 0, 1, 0, 0, 0, 9]));
            }
        }
        else if (NatPmpRequest.TryDecode(datagram, out NatPmpRequest natPmp))
        {
            Log.Add(natPmp.Transport is null ? "natpmp address" : $"natpmp map {natPmp.LifetimeSeconds}");
            if (HasNatPmp)
            {
                answers.Add((PortMappingSpecification.GatewayPort, buffer[..TakeNatPmp(now, natPmp).Encode(buffer)]));
            }
            else if (HasPcp)
            {
                answers.Add((PortMappingSpecification.GatewayPort, buffer[..new PcpResponse(2, PcpOpcode.Announce, PcpResult.UnsupportedVersion, 0, 9, null).Encode(buffer)]));
            }
        }

        return answers;
    }

    /// <summary>What it says to all when it has restarted.</summary>
    public byte[] Announcement(Instant now, bool pcp)
    {
        byte[] buffer = new byte[64];
        return pcp
            ? buffer[..new PcpResponse(2, PcpOpcode.Announce, PcpResult.Success, 0, Epoch(now), null).Encode(buffer)]
            : buffer[..new NatPmpResponse(null, NatPmpResult.Success, Epoch(now), Outside).Encode(buffer)];
    }

    private PcpResponse TakePcp(Instant now, PcpRequest request)
    {
        if (request.Map is not { } map)
        {
            return new PcpResponse(2, PcpOpcode.Announce, PcpResult.Success, 0, Epoch(now), null);
        }

        if (PcpResult != PcpResult.Success)
        {
            return new PcpResponse(2, PcpOpcode.Map, PcpResult, PcpErrorSeconds, Epoch(now), map);
        }

        if (request.LifetimeSeconds == 0)
        {
            Remove(request.Client, map.Transport, map.InternalPort, map.Nonce);
            return new PcpResponse(2, PcpOpcode.Map, PcpResult.Success, 0, Epoch(now), map);
        }

        TimeSpan life = Least(TimeSpan.FromSeconds(request.LifetimeSeconds));
        bool isV4 = request.Client.IsV4;
        ushort port = isV4 ? Insert(now, request.Client, map.Transport, map.InternalPort, map.External.Port, life, map.Nonce) : map.InternalPort;
        InternetEndpoint external = new(isV4 ? Outside : request.Client, port);
        return new PcpResponse(2, PcpOpcode.Map, PcpResult.Success, (uint)life.TotalSeconds, Epoch(now), map with { External = external });
    }

    private NatPmpResponse TakeNatPmp(Instant now, NatPmpRequest request)
    {
        NatPmpResponse answer = new(request.Transport, NatPmpResult, Epoch(now), NatPmpResult == NatPmpResult.Success ? Outside : default, request.InternalPort);
        if (NatPmpResult != NatPmpResult.Success || request.Transport is not { } transport)
        {
            return answer;
        }

        if (request.LifetimeSeconds == 0)
        {
            Remove(seenByClient.Client, transport, request.InternalPort, null);
            return answer;
        }

        TimeSpan life = Least(TimeSpan.FromSeconds(request.LifetimeSeconds));
        ushort port = Insert(now, seenByClient.Client, transport, request.InternalPort, request.ExternalPort, life, null);
        return answer with { ExternalPort = port, LifetimeSeconds = (uint)life.TotalSeconds };
    }

    private TimeSpan Least(TimeSpan wanted) => wanted < LifetimeMax ? wanted : LifetimeMax;

    private ushort Insert(Instant now, InternetAddress client, MappedTransport transport, ushort internalPort, ushort wanted, TimeSpan life, PcpNonce? nonce)
    {
        ushort port = wanted == 0 ? internalPort : wanted;
        foreach (KeyValuePair<(MappedTransport Transport, ushort Port), (InternetAddress Client, ushort Port, Instant Until, PcpNonce? Nonce)> own in Table)
        {
            if (own.Key.Transport == transport && own.Value.Client == client && own.Value.Port == internalPort)
            {
                port = own.Key.Port;
            }
        }

        while (Table.TryGetValue((transport, port), out (InternetAddress Client, ushort Port, Instant Until, PcpNonce? Nonce) held) && held.Until > now && (held.Client != client || held.Port != internalPort))
        {
            port++;
        }

        Table[(transport, port)] = (client, internalPort, now + life, nonce);
        return port;
    }

    private void Remove(InternetAddress client, MappedTransport transport, ushort internalPort, PcpNonce? nonce)
    {
        foreach ((MappedTransport Transport, ushort Port) key in Table.Where(entry => entry.Key.Transport == transport && entry.Value.Client == client && entry.Value.Port == internalPort && (nonce is null || entry.Value.Nonce == nonce)).Select(entry => entry.Key).ToArray())
        {
            Table.Remove(key);
        }
    }

    private static ushort Port(string text) => ushort.Parse(text, CultureInfo.InvariantCulture);
}
