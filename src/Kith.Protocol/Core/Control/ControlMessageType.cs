namespace Kith.Protocol.Core.Control;

/// <summary>What a control message is; the fifth byte of its header.</summary>
public enum ControlMessageType : byte
{
    /// <summary>First on every stream: version, network, purpose.</summary>
    Hello = 1,

    /// <summary>A message of the synchronisation of statements: heads, or statements the receiver lacks.</summary>
    Statements = 2,

    /// <summary>Signed whereabouts of the sender and of others it has heard of.</summary>
    Whereabouts = 3,

    /// <summary>Asks for the network's rendezvous secret, naming the newest epoch the sender can open.</summary>
    SecretRequest = 4,

    /// <summary>The network's rendezvous secret; only ever sent to a current member.</summary>
    Secret = 5,

    /// <summary>To a joiner: its statement stands, and here is the secret.</summary>
    JoinAccepted = 6,

    /// <summary>To a joiner: why it may not join.</summary>
    JoinRefused = 7,

    /// <summary>Signed link reports of the sender and of others it has heard of.</summary>
    Links = 8,
}
