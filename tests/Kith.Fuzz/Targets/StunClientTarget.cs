using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is an answer whose transaction id is made to fit an open question, so that it is looked at.</summary>
[Covers(typeof(Protocol.Paths.Stun.StunClient))]
internal sealed class StunClientTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[StunMessage.BytesMax];

    public string Name => "stun-client";

    public IEnumerable<byte[]> Corpus => new StunMessageTarget().Corpus;

    // There are requests among the samples; a client takes answers only.
    public bool AcceptsCorpus => false;

    public bool Run(ReadOnlySpan<byte> input)
    {
        StunClient client = new(new FuzzRandomSource(1));
        InternetEndpoint server = WhereaboutsSamples.Endpoint(1);
        foreach (StunPurpose purpose in Enum.GetValues<StunPurpose>())
        {
            client.Ask(new Instant(1), purpose, server);
        }

        bool any = false;
        while (client.TryGetTransmit(_buffer, out _, out int length))
        {
            byte[] answer = input.ToArray();
            if (answer.Length >= StunSpecification.HeaderBytes)
            {
                _buffer.AsSpan(8, StunSpecification.TransactionIdBytes).CopyTo(answer.AsSpan(8));
            }

            Oracle.True(length > 0, "an empty question");
            client.HandleDatagram(server, answer);
            while (client.TryGetEvent(out StunEvent ended))
            {
                any = true;
                Oracle.True(!ended.IsAnswered || ended.Purpose == StunPurpose.Hairpin || ended.Mapped is not null, "an answer without an endpoint");
            }
        }

        client.HandleTimeout(Instant.Never);
        Oracle.True(client.OpenCount <= StunClient.TransactionsMax, "too many questions");
        return any;
    }
}
