using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram to a machine under load: nothing without a cookie is worked on, and at most one cookie is answered to a good mac1.</summary>
[Covers(typeof(Protocol.Tunnel.TunnelMachine))]
internal sealed class TunnelLoadTarget : IFuzzTarget
{
    private readonly GuardedMemory _datagram = new(256);
    private readonly TunnelFixture _fixture = new(underLoad: true);

    public string Name => "tunnel-load";

    public int InputBytesMax => 256;

    public IEnumerable<byte[]> Corpus => _fixture.Genuine.Where(static message => TunnelMessage.TypeOf(message) == TunnelMessageType.Initiation);

    public bool Run(ReadOnlySpan<byte> input)
    {
        Span<byte> datagram = _datagram.AtEnd(input);
        _fixture.RepairMac1(datagram);
        bool isHandshake = TunnelMessage.TypeOf(datagram) is TunnelMessageType.Initiation or TunnelMessageType.Response;
        TunnelVerdict verdict = _fixture.Deliver(datagram, out int answers);
        Oracle.True(verdict == TunnelVerdict.Ignored || !isHandshake, "served without a cookie");
        Oracle.True(answers <= (isHandshake ? 1 : 0), $"{answers} answers");
        return answers == 1;
    }
}
