using System.Text;
using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is a datagram that a DHT node gets, as a query from one stranger and as the answer to a question of its own: the transaction id is made right by
/// the target, because chance would not find one. The node must answer with well-formed messages only and keep within its limits.
/// </summary>
[Covers(typeof(Protocol.Discovery.Dht.DhtMachine), typeof(Protocol.Discovery.Dht.DhtFamily), typeof(Protocol.Discovery.Dht.Routing.RoutingTable))]
internal sealed class DhtDatagramTarget : IFuzzTarget
{
    private static readonly InternetEndpoint s_asked = new(InternetAddress.FromV4(0xCB007107), 6881);
    private static readonly InternetEndpoint s_stranger = new(InternetAddress.FromV4(0xC6336401), 6881);

    private static readonly byte[] s_key = [.. Enumerable.Repeat((byte)'k', 32)];

    private readonly byte[] _buffer = new byte[KrpcMessage.BytesMax];
    private readonly DhtMachine _node = new(new DhtOptions { UseIPv6 = false, Bootstrap = [s_asked] }, new FuzzRandomSource(1), new Instant(0));
    private Instant _now = new(0);

    public string Name => "dht-datagram";

    public int InputBytesMax => 512;

    public IEnumerable<byte[]> Corpus =>
    [
        Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"),
        Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz1234564:wantl2:n42:n6ee1:q9:find_node1:t2:aa1:y1:qe"),
        Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe"),
        Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz1234563:seqi1ee1:q3:get1:t2:aa1:y1:qe"),
        Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij01234567895:token8:aoeusnth1:v5:helloe1:q3:put1:t2:aa1:y1:qe"),
        Encoding.ASCII.GetBytes("d2:ip6:abcdef1:rd2:id20:0123456789abcdefghij5:nodes26:mnopqrstuvwxyz123456abcdefe1:t4:aaaa1:y1:re"),
        Encoding.ASCII.GetBytes("d1:rd2:id20:0123456789abcdefghij5:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t4:aaaa1:y1:re"),
        Encoding.ASCII.GetBytes("d1:eli201e23:A Generic Error Ocurrede1:t4:aaaa1:y1:ee"),
    ];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "1:t4:", "1:y1:r", "5:nodes", "6:values", "6:nodes6", "3:seqi", "1:k32:", "3:sig64:", "4:salt", "4:wantl" }.Select(Encoding.ASCII.GetBytes)];

    public IFuzzStructure Structure { get; } = new Structure.BencodeStructure();

    public bool Run(ReadOnlySpan<byte> input)
    {
        _now += TimeSpan.FromSeconds(1);
        _node.HandleTimeout(_now);

        // Questions about one item, whole and single, so that there are answers of every kind to wait for.
        if (_node.CountOf(false) > 0 && _node.BeginPeek(_now, s_key, default, 1) == 0)
        {
            _node.BeginGet(_now, s_key, default);
        }

        Span<byte> answer = input.ToArray();
        int transaction = answer.IndexOf("1:t4:"u8);
        while (_node.TryGetTransmit(_buffer, out DhtTransmit sent))
        {
            bool isOurs = KrpcMessage.TryDecode(_buffer.AsSpan(0, sent.Length), out KrpcMessage query);
            Oracle.True(isOurs, "a malformed message was sent");
            if (query.Kind == KrpcKind.Query && transaction >= 0 && transaction + 9 <= answer.Length)
            {
                query.Transaction.CopyTo(answer[(transaction + 5)..]);
                _node.HandleDatagram(_now, sent.Endpoint, answer);
            }
        }

        _node.HandleDatagram(_now, s_stranger, input);
        while (_node.TryGetTransmit(_buffer, out DhtTransmit sent))
        {
            Oracle.True(KrpcMessage.TryDecode(_buffer.AsSpan(0, sent.Length), out _), "a malformed message was sent");
        }

        while (_node.TryGetEvent(out _))
        {
            // Only that they end.
        }

        Oracle.True(_node.CountOf(false) <= DhtId.Bits * DhtLimits.BucketSize && _node.ItemCount <= DhtLimits.ItemsMax, "a table has grown over its limit");
        return KrpcMessage.TryDecode(input, out _);
    }
}
