using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a request or a response of NAT-PMP.</summary>
[Covers(typeof(Protocol.Paths.PortMapping.NatPmpRequest), typeof(Protocol.Paths.PortMapping.NatPmpResponse))]
internal sealed class NatPmpTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[NatPmpResponse.BytesMax];

    public string Name => "nat-pmp";

    public IEnumerable<byte[]> Corpus => MappingSamples.NatPmp();

    public int InputBytesMax => 32;

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool isRequest = NatPmpRequest.TryDecode(input, out NatPmpRequest request);
        if (isRequest)
        {
            Oracle.True(NatPmpRequest.TryDecode(_buffer.AsSpan(0, request.Encode(_buffer)), out NatPmpRequest again), "its own request cannot be read");
            Oracle.Equal(request, again, "the request read again");
        }

        bool isResponse = NatPmpResponse.TryDecode(input, out NatPmpResponse response);
        if (isResponse)
        {
            Oracle.True(NatPmpResponse.TryDecode(_buffer.AsSpan(0, response.Encode(_buffer)), out NatPmpResponse again), "its own response cannot be read");

            // An error that was a bare header is written in full, with an address of zeros.
            Oracle.Equal(response with { Address = default }, again with { Address = default }, "the response read again");
        }

        Oracle.True(!(isRequest && isResponse), "both a request and a response");
        return isRequest || isResponse;
    }
}
