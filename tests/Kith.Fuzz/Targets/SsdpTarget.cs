using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram of SSDP. Whatever it says, only the gateway's own address may come out of it.</summary>
[Covers(typeof(Protocol.Paths.PortMapping.SsdpMessage), typeof(Protocol.Paths.PortMapping.UpnpUrl))]
internal sealed class SsdpTarget : IFuzzTarget
{
    private static readonly InternetAddress s_gateway = InternetAddress.FromBytes([192, 168, 1, 1]);

    public string Name => "ssdp";

    public IEnumerable<byte[]> Corpus => MappingSamples.Ssdp();

    public IEnumerable<byte[]> Dictionary => MappingSamples.Words;

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!SsdpMessage.TryDecode(input, out SsdpMessage? message))
        {
            return false;
        }

        Oracle.True(message!.Subject.Length is > 0 and <= SsdpMessage.ValueCharactersMax && message.Location.Length <= SsdpMessage.ValueCharactersMax, "a value longer than the maximum");
        if (UpnpUrl.TryParse(message.Location, static address => address == s_gateway, out UpnpUrl? url))
        {
            Oracle.Equal("192.168.1.1", url!.Host, "the host");
            Oracle.True(url.Port != 0 && url.Path.StartsWith('/') && url.Path.Length <= UpnpUrl.PathCharactersMax, "a bad port or path");
            Oracle.True(!url.Path.AsSpan().ContainsAny("\r\n \0"), "a path that could become another request");
            Oracle.True(UpnpUrl.TryParse(url.ToString(), static address => address == s_gateway, out UpnpUrl? again), "its own text cannot be read");
            Oracle.Equal(url, again, "the URL read again");
        }

        return true;
    }
}
