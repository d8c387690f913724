using Kith.Fuzz.Coverage;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a handshake's timestamp; it goes into the memory of a peer with several devices too.</summary>
[Covers(typeof(Tai64n))]
internal sealed class Tai64nTarget : IFuzzTarget
{
    private readonly TimestampMemory _memory = new(severalDevices: true);

    public string Name => "tai64n";

    public int InputBytesMax => 24;

    public IEnumerable<byte[]> Corpus => [Encoded(0), Encoded(1_795_000_000_000), Encoded(1_795_000_000_999), [.. Enumerable.Repeat((byte)0xFF, Tai64n.Length)]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!Tai64n.TryDecode(input, out Tai64n timestamp))
        {
            return false;
        }

        Oracle.Same(input, Encoded(timestamp), "its own encoding");
        bool isFresh = _memory.IsFresh(timestamp);
        Oracle.True(_memory.TryAccept(timestamp) == isFresh, "what is fresh is taken");
        Oracle.True(!_memory.IsFresh(timestamp), "a timestamp was fresh twice");
        return true;
    }

    private static byte[] Encoded(long milliseconds) => Encoded(Tai64n.FromUnixMilliseconds(milliseconds));

    private static byte[] Encoded(Tai64n timestamp)
    {
        byte[] bytes = new byte[Tai64n.Length];
        timestamp.Encode(bytes);
        return bytes;
    }
}
