using Kith.Fuzz.Coverage;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram that may be the second message of a handshake.</summary>
[Covers(typeof(Protocol.Tunnel.ResponseMessage))]
internal sealed class TunnelResponseTarget : IFuzzTarget
{
    public string Name => "tunnel-response";

    public int InputBytesMax => 256;

    public IEnumerable<byte[]> Corpus => [TunnelFixture.Message(TunnelMessageType.Response, ResponseMessage.Length, 1), TunnelFixture.Message(TunnelMessageType.Response, ResponseMessage.Length, 2)];

    public IEnumerable<byte[]> Dictionary => [[1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0], [4, 0, 0, 0], [0, 0, 0, 1]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!ResponseMessage.TryDecode(input, out ResponseMessage message))
        {
            return false;
        }

        Span<byte> again = stackalloc byte[ResponseMessage.Length];
        Oracle.Equal(ResponseMessage.Length, message.Encode(again), "length");
        Oracle.Same(input, again, "its own bytes");
        return true;
    }
}
