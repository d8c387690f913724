using System.Buffers.Binary;
using Kith.Fuzz.Coverage;
using Kith.Protocol.Core;
using Kith.Protocol.Paths;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what happens to a node's TCP connections, a byte for what and one for which: accepted, made, failed, closed, time passes, and datagrams with what lies behind. Connections stay
/// within their maximum, each that the node wants closed is closed once, and nobody joins or leaves.
/// </summary>
[Covers(typeof(Protocol.Core.NodeCore))]
internal sealed class NodeTcpTarget : IFuzzTarget
{
    private const int InputsPerPair = 2_000;

    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly HashSet<int> _open = [];
    private NodePair _pair = new();
    private int _last;
    private int _turn;

    public string Name => "node-tcp";

    public int InputBytesMax => 8;

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus => [[0, 0, 5, 0, 1, 0, 0, 0], [1, 0, 4, 30, 3, 0, 1, 0], [.. Enumerable.Repeat((byte)0, 8)], [2, 0, 4, 200, 1, 0, 4, 200]];

    public void Prepare()
    {
        if (++_turn % InputsPerPair == 0)
        {
            _pair.Dispose();
            _pair = new NodePair();
            _open.Clear();
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        NodeCore core = _pair.First;
        bool any = false;
        for (int i = 0; i + 1 < input.Length; i += 2)
        {
            int number = _last - (input[i + 1] % 8);
            switch (input[i] % 6)
            {
                case 0:
                    _open.Add(++_last);
                    core.HandleTcpOpened(_pair.Now, _last, null);
                    break;
                case 1:
                    _open.Add(++_last);
                    core.HandleTcpOpened(_pair.Now, _last, _pair.Second.Id);
                    break;
                case 2:
                    core.HandleTcpFailed(_pair.Now, _pair.Second.Id);
                    break;
                case 3:
                    _open.Remove(number);
                    core.HandleTcpClosed(_pair.Now, number);
                    break;
                case 4:
                    _pair.Pass(TimeSpan.FromMilliseconds(10 * input[i + 1]));
                    core.HandleTimeout(_pair.Now);
                    break;
                default:
                    byte[] datagram = new byte[148];
                    input[(i + 1)..Math.Min(input.Length, i + 149)].CopyTo(datagram);
                    BinaryPrimitives.WriteUInt32LittleEndian(datagram, (uint)(1 + (input[i + 1] % 4)));
                    core.HandleDatagram(_pair.Now, PathAddress.Tcp(number), datagram);
                    break;
            }

            any |= Drain(core);
            Oracle.Equal(_open.Count, core.TcpConnectionCount, "connections that nobody asked to close");
            Oracle.True(core.TcpConnectionCount <= NodeLimits.TcpConnectionsMax, "more connections than the maximum");
        }

        if (_turn % 64 == 0)
        {
            Oracle.Equal(1, core.Networks.Count(), "networks");
            Oracle.Equal(2, core.Networks.Single().State.Members.Count, "members");
        }

        return any;
    }

    private bool Drain(NodeCore core)
    {
        bool any = false;
        while (core.TryGetTransmit(_pair.Now, _buffer, out _))
        {
            any = true;
        }

        while (core.TryGetEvent(out NodeEvent? nodeEvent))
        {
            if (nodeEvent is NodeEvent.TcpDone done)
            {
                Oracle.True(_open.Remove(done.Connection), "a connection is to be closed that is not open");
            }
        }

        return any;
    }
}
