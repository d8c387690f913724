using Kith.Fuzz.Coverage;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text of an address.</summary>
[Covers(typeof(Protocol.Wire.InternetAddress))]
internal sealed class InternetAddressTarget : IFuzzTarget
{
    public string Name => "internet-address";

    public int InputBytesMax => 64;

    public IEnumerable<byte[]> Corpus =>
        new[] { "192.0.2.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1234:5678:9abc:def0", "1:2:3:4:5:6:7:8", "64:ff9b::192.0.2.1", "::ffff:192.0.2.1" }.Select(FuzzText.Bytes);

    public IEnumerable<byte[]> Dictionary => new[] { "::", "%", "[", "]", "0x", "ffff", "%1", "65536", "256" }.Select(FuzzText.Bytes);

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!InternetAddress.TryParse(FuzzText.Text(input), out InternetAddress address))
        {
            return false;
        }

        Oracle.True(InternetAddress.TryParse(address.ToString(), out InternetAddress again), "its own text is refused");
        Oracle.Equal(address, again, "its own text");
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        int written = address.WriteTo(bytes);
        Oracle.Equal(address, InternetAddress.FromBytes(bytes[..written]), "its own bytes");
        return true;
    }
}
