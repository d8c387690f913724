using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a request or a response of PCP.</summary>
[Covers(typeof(Protocol.Paths.PortMapping.PcpRequest), typeof(Protocol.Paths.PortMapping.PcpResponse), typeof(Protocol.Paths.PortMapping.PcpMap))]
internal sealed class PcpTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[PcpResponse.BytesMax];

    public string Name => "pcp";

    public IEnumerable<byte[]> Corpus => MappingSamples.Pcp();

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool isRequest = PcpRequest.TryDecode(input, out PcpRequest request);
        if (isRequest)
        {
            Oracle.True(PcpRequest.TryDecode(_buffer.AsSpan(0, request.Encode(_buffer)), out PcpRequest again), "its own request cannot be read");
            Oracle.Equal(request, again, "the request read again");
        }

        bool isResponse = PcpResponse.TryDecode(input, out PcpResponse response);
        if (isResponse)
        {
            Oracle.True(PcpResponse.TryDecode(_buffer.AsSpan(0, response.Encode(_buffer)), out PcpResponse again), "its own response cannot be read");
            Oracle.Equal(response, again, "the response read again");
        }

        Oracle.True(!(isRequest && isResponse), "both a request and a response");
        return isRequest || isResponse;
    }
}
