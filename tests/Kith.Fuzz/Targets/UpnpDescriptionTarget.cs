using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the description of a device.</summary>
[Covers(typeof(Protocol.Paths.PortMapping.UpnpDescription))]
internal sealed class UpnpDescriptionTarget : IFuzzTarget
{
    private static readonly InternetAddress s_gateway = InternetAddress.FromBytes([192, 168, 1, 1]);
    private readonly UpnpUrl _own = new("192.168.1.1", 5000, "/root.xml");

    public string Name => "upnp-description";

    public IEnumerable<byte[]> Corpus => MappingSamples.Descriptions();

    public IEnumerable<byte[]> Dictionary => MappingSamples.Words;

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!UpnpDescription.TryDecode(input, out UpnpDescription? description))
        {
            return false;
        }

        Oracle.True(description!.Services.Count <= UpnpDescription.ServicesMax, "more services than the maximum");
        Oracle.True(!description.Name.Any(char.IsControl) && description.Name.Length <= 64, "a name that is not for showing");
        foreach (UpnpService service in description.Services)
        {
            if (UpnpUrl.TryResolve(_own, description.UrlBase, service.ControlUrl, static address => address == s_gateway, out UpnpUrl? url))
            {
                Oracle.Equal("192.168.1.1", url!.Host, "the host");
                Oracle.True(!url.Path.AsSpan().ContainsAny("\r\n \0"), "a path that could become another request");
            }
        }

        return true;
    }
}
