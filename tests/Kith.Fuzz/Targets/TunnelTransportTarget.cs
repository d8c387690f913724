using Kith.Fuzz.Coverage;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram that may begin with a transport header.</summary>
[Covers(typeof(Protocol.Tunnel.TransportHeader))]
internal sealed class TunnelTransportTarget : IFuzzTarget
{
    public string Name => "tunnel-transport";

    public int InputBytesMax => 256;

    public IEnumerable<byte[]> Corpus =>
        [TunnelFixture.Message(TunnelMessageType.Transport, TransportHeader.OverheadBytes, 1), TunnelFixture.Message(TunnelMessageType.Transport, 100, 2)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        Oracle.True(TransportHeader.PaddedLength(input) - input.Length is >= 0 and < TunnelSpecification.PaddingBytes, "padding");
        if (!TransportHeader.TryDecode(input, out TransportHeader header))
        {
            return false;
        }

        Span<byte> again = stackalloc byte[TransportHeader.Length];
        Oracle.Equal(TransportHeader.Length, header.Encode(again), "length");
        Oracle.Same(input[..TransportHeader.Length], again, "its own bytes");
        return true;
    }
}
