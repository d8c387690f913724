using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what comes to a whole node from elsewhere than the tunnel: datagrams of strangers and with a member's address, datagrams of the local network, answers of resolvers, packets
/// of the TUN device, several packets of a member together, a changed machine. None of it changes the network, and memory stays within the maxima.
/// </summary>
[Covers(typeof(NodeCore), typeof(PacketRecords))]
internal sealed class NodeSourcesTarget : IFuzzTarget
{
    private const int InputsPerPair = 20_000;
    private const int StepsMax = 6;

    private static readonly DnsName s_name = DnsName.Parse("_kith.a.example");
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly GuardedMemory _bytes = new(4096);
    private NodePair _pair = new();
    private Bytes32 _digest;
    private int _turn;

    public NodeSourcesTarget() => Begin();

    public string Name => "node-sources";

    public int InputBytesMax => 1500;

    public bool AcceptsCorpus => false;

    public FuzzBound Bound => new(512 * 1024, 5, "an input is up to six events of a whole node, and names looked up are read twice");

    public IEnumerable<byte[]> Corpus =>
    [
        .. new DhtDatagramTarget().Corpus.Concat(new StunMessageTarget().Corpus).Select(static bytes => Step(0, bytes)),
        .. new LanDatagramTarget().Corpus.Select(static bytes => Step(1, bytes)),
        .. new TxtAnswerTarget().Corpus.Select(static bytes => Step(2, bytes)),
        .. _pair.Plaintexts.Where(static bytes => bytes[0] >> 4 == 6 && bytes.Length < 700).Take(8).SelectMany(static bytes => new[] { Step(3, bytes), Step(4, bytes) }),
        [5, 0, 0, 0x10, 6, 0, 3, 0x10, 0x21, 0x12],
    ];

    public IFuzzStructure? Structure => null;

    public void Prepare()
    {
        if (++_turn % InputsPerPair == 0)
        {
            _pair.Dispose();
            _pair = new NodePair();
            Begin();
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        ScriptReader script = new(input);
        bool any = false;
        for (int i = 0; i < StepsMax && script.TryTake(out int what); i++)
        {
            Act(what % 7, ref script);
            any |= Drain();
        }

        if (_turn % 64 == 0)
        {
            _pair.Pass(TimeSpan.FromMilliseconds(20));
            _pair.First.HandleTimeout(_pair.Now);
            Drain();
            Oracle.Equal(_digest, _pair.First.Networks.Single().State.Digest, "the state");
        }

        return any;
    }

    private static byte[] Step(byte what, byte[] bytes) => [what, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes, 0x11];

    private void Begin() => _digest = _pair.First.Networks.Single().State.Digest;

    private void Act(int what, ref ScriptReader script)
    {
        NodeCore core = _pair.First;
        Span<byte> bytes = _bytes.AtEnd(script.TakeBytes(Math.Min(script.TakeShort(), 2000)));
        InternetEndpoint endpoint = script.TakeEndpoint();
        FuzzTrace.Note(what);
        switch (what)
        {
            case 0:
                core.HandleDatagram(_pair.Now, endpoint.Port % 2 == 0 ? endpoint : _pair.SecondEndpoint, bytes);
                break;
            case 1:
                core.HandleLanDatagram(_pair.Now, new InternetEndpoint(endpoint.Address, 5353), bytes);
                break;
            case 2:
                core.HandleDnsAnswer(_pair.Now, s_name, TxtAnswer.TryRead(bytes, 7, s_name, out TxtAnswer? answer) ? answer : null, bytes.Length % 2 == 0 ? null : "refused");
                break;
            case 3:
                core.HandleTunPacket(_pair.Now, bytes);
                break;
            case 4 when bytes.Length > 0:
                // The packet path has looked at the length that a packet states, and writes it so.
                byte[] records = new byte[2 * (PacketRecords.HeaderBytes + bytes.Length)];
                PacketRecords.WriteHeader(records, new StackPacket(bytes.Length), bytes.Length % 2 == 0);
                bytes.CopyTo(records.AsSpan(PacketRecords.HeaderBytes));
                records.AsSpan(0, records.Length / 2).CopyTo(records.AsSpan(records.Length / 2));
                core.HandlePackets(_pair.Now, _pair.Link, _pair.Session, _pair.SecondEndpoint, records);
                break;
            case 5:
                core.HandleTraffic(_pair.Now, _pair.Link, _pair.Session, endpoint, bytes.Length % 2 == 0);
                break;
            default:
                core.HandleMappedEndpoints(_pair.Now, [endpoint]);
                break;
        }
    }

    private bool Drain()
    {
        bool any = false;
        for (int i = 0; _pair.First.TryGetTransmit(_pair.Now, _buffer, out _); i++)
        {
            any = true;
            Oracle.True(i < 256, "one event made it send a flood");
        }

        while (_pair.First.TryGetEvent(out _))
        {
            any = true;
        }

        return any;
    }
}
