using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dns;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a query to the name responder.</summary>
[Covers(typeof(Protocol.Discovery.Dns.NameResponder))]
internal sealed class NameResponderTarget : IFuzzTarget
{
    private readonly NameResponder _responder = new(DnsSamples.Names);
    private readonly byte[] _response = new byte[NameResponder.ExtendedBytesMax];
    private readonly byte[] _whole = new byte[ushort.MaxValue];

    public string Name => "name-responder";

    public IEnumerable<byte[]> Corpus => DnsSamples.Queries();

    public IEnumerable<byte[]> Dictionary => DnsSamples.Dictionary;

    public bool Run(ReadOnlySpan<byte> input)
    {
        int length = _responder.Respond(input, _response, tcp: false);
        int whole = _responder.Respond(input, _whole, tcp: true);
        Oracle.Equal(length == 0, whole == 0, "answered over one transport only");
        if (length == 0)
        {
            return false;
        }

        Oracle.True(DnsMessage.TryDecode(_response.AsSpan(0, length), out DnsMessage? answer) && answer.IsResponse, "the answer is none");
        Oracle.Same(input[..2], _response.AsSpan(0, 2), "the answer's number");
        return (answer!.Flags & DnsFlags.CodeMask) != (int)DnsResponseCode.FormatError;
    }
}
