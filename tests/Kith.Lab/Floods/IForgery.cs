namespace Kith.Lab.Floods;

/// <summary>Makes the datagrams of a flood, one after another; used on the flood's thread alone.</summary>
internal interface IForgery
{
    /// <summary>The longest datagram it makes, in bytes.</summary>
    int BytesMax { get; }

    /// <summary>Writes the next datagram; returns its length.</summary>
    int Write(Span<byte> datagram);

    /// <summary>Where the next datagram claims to come from: an IPv4 address in host order, and a port.</summary>
    (uint Address, ushort Port) NextSource();
}
