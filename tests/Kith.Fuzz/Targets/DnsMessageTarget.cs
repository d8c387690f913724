using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dns;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a DNS message.</summary>
[Covers(typeof(Protocol.Discovery.Dns.DnsMessage))]
internal sealed class DnsMessageTarget : IFuzzTarget
{
    // Compression taken out of the data of 128 records lets a message grow.
    private readonly byte[] _first = new byte[64 * 1024];
    private readonly byte[] _second = new byte[64 * 1024];

    public string Name => "dns-message";

    public IEnumerable<byte[]> Corpus => [.. DnsSamples.Queries(), .. DnsSamples.LanDatagrams()];

    public IEnumerable<byte[]> Dictionary => DnsSamples.Dictionary;

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!DnsMessage.TryDecode(input, out DnsMessage? message))
        {
            return false;
        }

        int length = message.Encode(_first);
        Oracle.True(length > 0, "what was read does not fit when written");
        if (length <= DnsMessage.BytesMax)
        {
            Oracle.True(DnsMessage.TryDecode(_first.AsSpan(0, length), out DnsMessage? again), "its own encoding is refused");
            Oracle.Same(_first.AsSpan(0, length), _second.AsSpan(0, again!.Encode(_second)), "its own encoding");
            Oracle.True(message.Answers.SequenceEqual(again.Answers), "its answers");
        }

        return true;
    }
}
