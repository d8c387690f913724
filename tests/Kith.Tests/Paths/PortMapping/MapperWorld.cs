using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;
using Kith.Tests.Core;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.PortMapping;

/// <summary>A mapper and one gateway, on a clock that the test moves. Answers come at once.</summary>
internal sealed class MapperWorld
{
    private readonly byte[] _buffer = new byte[PortMappingLimits.DatagramBytesMax];

    public MapperWorld(MappingProtocol spoken, MappingProtocol asked = MappingProtocol.All, bool ipv6 = false, params MappingWish[] wishes)
    {
        Route = ipv6
            ? new MappingGateway(WhereaboutsTests.Endpoint("[fe80::1]:1").Address, 3, WhereaboutsTests.Endpoint("[2001:db8::2]:1").Address)
            : new MappingGateway(WhereaboutsTests.Endpoint("192.168.1.1:1").Address, 3, WhereaboutsTests.Endpoint("192.168.1.2:1").Address);
        Gateway = new FakeGateway(Route)
        {
            HasPcp = spoken.HasFlag(MappingProtocol.Pcp),
            HasNatPmp = spoken.HasFlag(MappingProtocol.NatPmp),
            HasUpnp = spoken.HasFlag(MappingProtocol.Upnp),
        };
        Mapper = NewMapper(asked, wishes);
    }

    public static MappingWish Data { get; } = new(MappedTransport.Udp, 5484);

    public MappingGateway Route { get; }

    public FakeGateway Gateway { get; }

    public PortMapper Mapper { get; set; }

    public Instant Now { get; private set; } = new(TimeSpan.FromDays(1).Ticks);

    /// <summary>The endpoints as they were told last, and how often that changed.</summary>
    public IReadOnlyList<InternetEndpoint> Told { get; private set; } = [];

    public int Changes { get; private set; }

    public HeldMapping? Held => Mapper.Describe(Now).Mappings.FirstOrDefault();

    public static PortMapper NewMapper(MappingProtocol asked, params MappingWish[] wishes) => new(
        new PortMapperOptions { Wishes = wishes.Length == 0 ? [Data] : wishes, Secret = new Bytes32([.. Enumerable.Repeat((byte)7, 32)]), Protocols = asked },
        new TestRandom(1));

    /// <summary>Plugs the machine in, and runs for as long as a good gateway needs.</summary>
    public MapperWorld Begin()
    {
        Mapper.HandleGateways(Now, [Route]);
        Run(TimeSpan.FromSeconds(3));
        return this;
    }

    public void Run(TimeSpan time)
    {
        Instant end = Now + time;
        int steps = 0;
        while (true)
        {
            CarryOut();
            if (Mapper.NextTimeout > end)
            {
                break;
            }

            Assert.True(++steps < 100_000, "the mapper does not come to rest");
            Now = Instant.Max(Now, Mapper.NextTimeout);
            Mapper.HandleTimeout(Now);
        }

        Now = end;
    }

    public ProtocolFinding Finding(MappingProtocol protocol) => Mapper.Describe(Now).Gateways.Single().Protocols.Single(found => found.Protocol == protocol);

    /// <summary>A datagram from the gateway that answers nothing.</summary>
    public void Deliver(ushort port, byte[] datagram)
    {
        Mapper.HandleDatagram(Now, From(port), datagram);
        CarryOut();
    }

    public InternetEndpoint From(ushort port) => Route.At(port);

    public void CarryOut()
    {
        bool any = true;
        while (any)
        {
            any = false;
            while (Mapper.TryGetTransmit(_buffer, out MapperTransmit transmit))
            {
                any = true;
                foreach ((ushort port, byte[] bytes) in Gateway.Answer(Now, transmit, _buffer.AsSpan(0, transmit.Length)))
                {
                    Mapper.HandleDatagram(Now, From(port), bytes);
                }
            }

            while (Mapper.TryGetHttpRequest(out MapperHttpRequest? request))
            {
                any = true;
                (int status, string body) = Gateway.Answer(Now, request!);
                Mapper.HandleHttp(Now, request!.Id, status, System.Text.Encoding.UTF8.GetBytes(body));
            }

            if (Mapper.TryGetChange(out IReadOnlyList<MappedEndpoint> told))
            {
                Told = [.. told.Where(mapped => mapped.Transport == MappedTransport.Udp).Select(mapped => mapped.External)];
                Changes++;
            }
        }
    }
}
