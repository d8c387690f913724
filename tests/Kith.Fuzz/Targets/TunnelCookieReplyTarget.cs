using Kith.Fuzz.Coverage;
using Kith.Protocol.Tunnel;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a datagram that may be a cookie reply.</summary>
[Covers(typeof(Protocol.Tunnel.CookieReplyMessage))]
internal sealed class TunnelCookieReplyTarget : IFuzzTarget
{
    public string Name => "tunnel-cookie-reply";

    public int InputBytesMax => 256;

    public IEnumerable<byte[]> Corpus => [TunnelFixture.Message(TunnelMessageType.CookieReply, CookieReplyMessage.Length, 1), TunnelFixture.Message(TunnelMessageType.CookieReply, CookieReplyMessage.Length, 2)];

    public IEnumerable<byte[]> Dictionary => [[1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0], [4, 0, 0, 0], [0, 0, 0, 1]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!CookieReplyMessage.TryDecode(input, out CookieReplyMessage message))
        {
            return false;
        }

        Span<byte> again = stackalloc byte[CookieReplyMessage.Length];
        Oracle.Equal(CookieReplyMessage.Length, message.Encode(again), "length");
        Oracle.Same(input, again, "its own bytes");
        return true;
    }
}
