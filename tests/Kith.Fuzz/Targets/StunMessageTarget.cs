using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.Stun;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a STUN message.</summary>
[Covers(typeof(Protocol.Paths.Stun.StunMessage), typeof(Protocol.Paths.Stun.StunAddressField), typeof(Protocol.Paths.Stun.StunTransactionId))]
internal sealed class StunMessageTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[StunMessage.BytesMax];

    public string Name => "stun-message";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            StunTransactionId id = new(0xB7E7A701, 0xBC34D686FA87DFAE);
            yield return Encoded(new StunMessage { Type = StunMessageType.BindingRequest, TransactionId = id });
            yield return Encoded(new StunMessage { Type = StunMessageType.BindingRequest, TransactionId = id, Change = StunSpecification.ChangePort, HasFingerprint = true });
            yield return Encoded(new StunMessage
            {
                Type = StunMessageType.BindingResponse,
                TransactionId = id,
                Software = "a server",
                XorMapped = WhereaboutsSamples.Endpoint(1),
                PlainMapped = WhereaboutsSamples.Endpoint(2),
                Other = WhereaboutsSamples.Endpoint(3),
            });
            yield return Encoded(new StunMessage { Type = StunMessageType.BindingError, TransactionId = id, ErrorCode = 420 });
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!StunMessage.TryDecode(input, out StunMessage? message))
        {
            return false;
        }

        int length = message.Encode(_buffer);
        Oracle.True(StunMessage.TryDecode(_buffer.AsSpan(0, length), out StunMessage? again), "its own encoding is not read");
        Oracle.True(message with { UnknownRequired = again!.UnknownRequired } == again, "it reads back as another message");
        return true;
    }

    private byte[] Encoded(StunMessage message) => _buffer[..message.Encode(_buffer)];
}
