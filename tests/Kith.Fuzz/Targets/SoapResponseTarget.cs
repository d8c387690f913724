using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the answer to an action of a UPnP service.</summary>
[Covers(typeof(Protocol.Paths.PortMapping.SoapResponse))]
internal sealed class SoapResponseTarget : IFuzzTarget
{
    public string Name => "soap-response";

    public IEnumerable<byte[]> Corpus => MappingSamples.Soap();

    public IEnumerable<byte[]> Dictionary => MappingSamples.Words;

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!SoapResponse.TryDecode(input, out SoapResponse? response))
        {
            return false;
        }

        Oracle.True(response!.Values.Count <= SoapResponse.ValuesMax, "more values than the maximum");
        Oracle.True((response.Error == 0) == (response.Action.Length > 0), "neither an answer nor a failure");
        Oracle.True(response.ErrorText.Length <= 64 && !response.ErrorText.Any(char.IsControl), "words that are not for showing");
        return true;
    }
}
