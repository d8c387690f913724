using Kith.Fuzz.Coverage;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram that may be the first message of a handshake.</summary>
[Covers(typeof(Protocol.Tunnel.InitiationMessage))]
internal sealed class TunnelInitiationTarget : IFuzzTarget
{
    public string Name => "tunnel-initiation";

    public int InputBytesMax => 256;

    public IEnumerable<byte[]> Corpus => [TunnelFixture.Message(TunnelMessageType.Initiation, InitiationMessage.Length, 1), TunnelFixture.Message(TunnelMessageType.Initiation, InitiationMessage.Length, 2)];

    public IEnumerable<byte[]> Dictionary => [[1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0], [4, 0, 0, 0], [0, 0, 0, 1]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!InitiationMessage.TryDecode(input, out InitiationMessage message))
        {
            return false;
        }

        Span<byte> again = stackalloc byte[InitiationMessage.Length];
        Oracle.Equal(InitiationMessage.Length, message.Encode(again), "length");
        Oracle.Same(input, again, "its own bytes");
        return true;
    }
}
