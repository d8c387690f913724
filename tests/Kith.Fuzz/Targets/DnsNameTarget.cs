using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dns;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text of a domain name, and the same bytes are one on the wire.</summary>
[Covers(typeof(DnsName), typeof(DnsEntry))]
internal sealed class DnsNameTarget : IFuzzTarget
{
    public string Name => "dns-name";

    public int InputBytesMax => 300;

    public IEnumerable<byte[]> Corpus => [.. new[] { "", ".", "a", "nas.home.kith", "nas.home.kith.", "_kith._udp.local", new string('x', 63) + ".y" }.Select(FuzzText.Bytes), [3, (byte)'n', (byte)'a', (byte)'s', 0]];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "..", ".", "\\", "xn--", "*" }.Select(FuzzText.Bytes), [0xC0, 0], [63], [64]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        int position = 0;
        bool isWire = DnsName.TryRead(input, ref position, out DnsName? wire);
        if (isWire)
        {
            int again = 0;
            Oracle.True(position <= input.Length && wire!.Wire.Length <= DnsName.BytesMax, "a name outside of its bytes");
            Oracle.True(DnsName.TryRead(wire!.Wire, ref again, out DnsName? second) && second.Equals(wire) && again == wire.Wire.Length, "its own bytes are read differently");
            FuzzTrace.NoteSize(wire.LabelCount);
            _ = wire.ToString();
        }

        string text = FuzzText.Text(input);
        bool isText = DnsName.TryParse(text, out DnsName? name);
        Oracle.True(!DnsBook.IsName(text) || isText, "a name to look up that is none");
        if (isText)
        {
            int again = 0;
            Oracle.True(DnsName.TryRead(name!.Wire, ref again, out DnsName? second) && second.Equals(name), "a name whose bytes cannot be read");
        }

        return isWire || isText;
    }
}
