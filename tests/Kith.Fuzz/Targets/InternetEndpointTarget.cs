using Kith.Fuzz.Coverage;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text of an endpoint.</summary>
[Covers(typeof(Protocol.Wire.InternetEndpoint))]
internal sealed class InternetEndpointTarget : IFuzzTarget
{
    public string Name => "internet-endpoint";

    public int InputBytesMax => 80;

    public IEnumerable<byte[]> Corpus =>
        new[] { "192.0.2.1:5484", "0.0.0.0:0", "[::1]:65535", "[2001:db8::1]:5484", "[fe80::1%3]:5484", "[fe80::1%4294967295]:1" }.Select(FuzzText.Bytes);

    public IEnumerable<byte[]> Dictionary => new[] { "::", "%", "[", "]", "]:", ":", "65536", "%4294967296", "[[", "]]", "+", "-" }.Select(FuzzText.Bytes);

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!InternetEndpoint.TryParse(FuzzText.Text(input), out InternetEndpoint endpoint))
        {
            return false;
        }

        Oracle.True(InternetEndpoint.TryParse(endpoint.ToString(), out InternetEndpoint again), "its own text is refused");
        Oracle.Equal(endpoint, again, "its own text");
        return true;
    }
}
