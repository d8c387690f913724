using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is a datagram to a machine with a session, a handshake under way and a peer that may begin one; a first byte of 1 gives it a good mac1 first, as
/// whoever knows the machine's public key can. Only what the peer really made may have any effect, and nothing else any answer.
/// </summary>
[Covers(typeof(Protocol.Tunnel.TunnelMachine))]
internal sealed class TunnelMachineTarget : IFuzzTarget
{
    // A genuine message changes the machine, and making a fresh one takes a hundred times as long as an input: most of them are let pass.
    private const int GenuineDeliveredOneIn = 64;

    private TunnelFixture _fixture = new(underLoad: false);
    private readonly GuardedMemory _datagram = new(512);
    private int _genuine;
    private bool _isUsedUp;

    public string Name => "tunnel-machine";

    public int InputBytesMax => 512;

    public IEnumerable<byte[]> Corpus =>
        _fixture.Genuine.SelectMany(static message => new[] { (byte[])[0, .. message], [1, .. message] });

    public IEnumerable<byte[]> Dictionary => [[1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0], [4, 0, 0, 0], new byte[16], new byte[32]];

    public void Prepare()
    {
        if (_isUsedUp)
        {
            _isUsedUp = false;
            _fixture.Dispose();
            _fixture = new TunnelFixture(underLoad: false);
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return false;
        }

        Span<byte> datagram = _datagram.AtEnd(input[1..]);
        if ((input[0] & 1) != 0)
        {
            _fixture.RepairMac1(datagram);
        }

        bool isGenuine = _fixture.IsGenuine(datagram);
        if (isGenuine && _genuine++ % GenuineDeliveredOneIn != 0)
        {
            return true;
        }

        TunnelVerdict verdict = _fixture.Deliver(datagram, out int answers);
        Oracle.Equal(isGenuine, verdict != TunnelVerdict.Ignored, "taken only if genuine");
        Oracle.True(answers <= (isGenuine ? 1 : 0), $"{answers} answers");
        _isUsedUp = isGenuine;
        return isGenuine;
    }
}
