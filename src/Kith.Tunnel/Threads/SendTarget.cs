using Kith.Protocol.Wire;
using Kith.Tunnel.Linux;

namespace Kith.Tunnel.Threads;

/// <summary>Where datagrams go, in the forms sockets want; made once per change of endpoint. Belongs to one thread.</summary>
internal sealed class SendTarget(InternetEndpoint endpoint)
{
    /// <summary>Segmented sends left out after the path refused one, before it is tried again.</summary>
    public const int RefusalSends = 4096;

    /// <summary>The system's form.</summary>
    public NativeAddress Native = NativeAddress.From(endpoint);

    /// <summary>Our form.</summary>
    public readonly InternetEndpoint Endpoint = endpoint;

    /// <summary>How many more sends do without segmentation because the path refused it (segments larger than the interface's MTU).</summary>
    public int RefusedSends { get; set; }
}
