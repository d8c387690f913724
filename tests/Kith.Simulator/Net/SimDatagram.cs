using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>A UDP datagram on its way. Routers count <see cref="TimeToLive"/> down, translators change the endpoints.</summary>
internal sealed class SimDatagram(SimMachine sender, InternetEndpoint source, InternetEndpoint destination, byte[] bytes)
{
    /// <summary>What systems give a packet.</summary>
    public const int DefaultTimeToLive = 64;

    private const int V4HeaderBytes = 28;
    private const int V6HeaderBytes = 48;

    /// <summary>The machine it left, whatever its source endpoint says now.</summary>
    public SimMachine Sender { get; } = sender;

    /// <summary>Where it seems to come from.</summary>
    public InternetEndpoint Source { get; set; } = source;

    /// <summary>Where it goes.</summary>
    public InternetEndpoint Destination { get; set; } = destination;

    /// <summary>How many routers may still pass it on.</summary>
    public int TimeToLive { get; set; } = DefaultTimeToLive;

    /// <summary>Whether it vanishes where it does not fit in one piece.</summary>
    public bool DontFragment { get; init; }

    /// <summary>What it carries.</summary>
    public byte[] Bytes { get; set; } = bytes;

    /// <summary>Where it stands among all that were sent.</summary>
    public long Number { get; init; }

    /// <summary>What is drawn of it; null if nobody looks.</summary>
    public string? Label { get; set; }

    /// <summary>The size of the IP packet.</summary>
    public int PacketBytes => Bytes.Length + (Destination.Address.IsV4 ? V4HeaderBytes : V6HeaderBytes);

    /// <summary>A copy that goes its own way from here.</summary>
    public SimDatagram Clone() => new(Sender, Source, Destination, [.. Bytes]) { TimeToLive = TimeToLive, DontFragment = DontFragment, Number = Number, Label = Label };

    /// <summary>Passes a number of routers; false if it dies at one.</summary>
    public bool TryPassRouters(int count)
    {
        TimeToLive -= count;
        return TimeToLive > 0;
    }
}
