using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <summary>A question that waits for its answer.</summary>
internal sealed class StunTransaction(StunTransactionId id, StunPurpose purpose, InternetEndpoint target, Instant sent)
{
    public StunTransactionId Id { get; } = id;

    public StunPurpose Purpose { get; } = purpose;

    public InternetEndpoint Target { get; } = target;

    public Instant Sent { get; } = sent;

    /// <summary>How often it was sent.</summary>
    public int Sends { get; set; }

    /// <summary>When it is sent again, or given up.</summary>
    public Instant Due { get; set; } = sent;

    public int SendsMax => Purpose == StunPurpose.Mapping ? StunClient.SendsMax : StunClient.TestSendsMax;

    public StunMessage ToMessage() => new()
    {
        Type = StunMessageType.BindingRequest,
        TransactionId = Id,
        Change = Purpose switch
        {
            StunPurpose.FilterAddress => StunSpecification.ChangeAddress | StunSpecification.ChangePort,
            StunPurpose.FilterPort => StunSpecification.ChangePort,
            _ => 0,
        },
        HasFingerprint = true,
    };
}
