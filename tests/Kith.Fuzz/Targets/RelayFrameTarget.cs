using Kith.Fuzz.Coverage;
using Kith.Protocol.Relay;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a relay frame.</summary>
[Covers(typeof(Protocol.Relay.RelayFrame))]
internal sealed class RelayFrameTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[2048];

    public string Name => "relay-frame";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            foreach (int length in (int[])[1, 32, 92, 148, 1408])
            {
                byte[] datagram = [.. Enumerable.Range(0, length).Select(static i => (byte)i)];
                yield return _buffer[..new RelayFrame((byte)(length % 9), 0x1122334455667788, 0x99AABBCCDDEEFF00, datagram).Encode(_buffer)];
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!RelayFrame.TryDecode(input, out RelayFrame relay))
        {
            return false;
        }

        Oracle.Same(input, _buffer.AsSpan(0, relay.Encode(_buffer)), "its own encoding");
        Oracle.True(relay.HopsLeft <= RelayFrame.HopsMax && !relay.Datagram.IsEmpty, "more hops than there may be, or nothing inside");
        return true;
    }
}
