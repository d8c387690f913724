using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Core;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what a member sends through the tunnel to a whole node: IP packets, TCP with control messages in it, Kith frames. A member may be hostile; it can state only what it signs, so
/// the state must not change, and the node must go on. What is answered counts as accepted.
/// </summary>
[Covers(typeof(Protocol.Core.NodeCore))]
internal sealed class NodeCoreTarget : IFuzzTarget
{
    private const int InputsPerPair = 20_000;

    private NodePair _pair = new();
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly GuardedMemory _plaintext = new(2048);
    private Bytes32 _digest;
    private int _turn;

    public NodeCoreTarget() => _digest = Digest;

    public string Name => "node-core";

    public int InputBytesMax => 1500;

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus => [.. _pair.Plaintexts];

    private Bytes32 Digest => _pair.First.Networks.Single().State.Digest;

    public void Prepare()
    {
        if (++_turn % InputsPerPair == 0 || _pair.Session.IsRetired)
        {
            // A goodbye ends the session. Sessions live for three minutes, and so do the numbers in the samples.
            _pair.Dispose();
            _pair = new NodePair();
            _digest = Digest;
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        // A member may say so many frames a second: at this pace all are heard.
        _pair.Pass(TimeSpan.FromMilliseconds(1));
        ClockReading now = _pair.Now;
        if (!input.IsEmpty)
        {
            _pair.First.HandlePlaintext(now, _pair.Link, _pair.Session, _pair.SecondEndpoint, _plaintext.AtEnd(input));
        }

        bool answered = Drain(now);
        if (_turn % 64 == 0)
        {
            _pair.Pass(TimeSpan.FromMilliseconds(20));
            _pair.First.HandleTimeout(_pair.Now);
            Drain(_pair.Now);
            Oracle.Equal(_digest, Digest, "the state");
        }

        return answered;
    }

    private bool Drain(ClockReading now)
    {
        bool any = false;
        while (_pair.First.TryGetTransmit(now, _buffer, out NodeTransmit transmit))
        {
            any |= transmit.Kind is NodeTransmitKind.Datagram or NodeTransmitKind.Tun;
        }

        while (_pair.First.TryGetEvent(out _))
        {
        }

        return any;
    }
}
