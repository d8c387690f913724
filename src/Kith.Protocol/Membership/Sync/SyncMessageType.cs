namespace Kith.Protocol.Membership.Sync;

/// <summary>The first byte of a message of the synchronisation.</summary>
public enum SyncMessageType : byte
{
    /// <summary>What the sender has: <see cref="HeadsMessage"/>.</summary>
    Heads = 1,

    /// <summary>What the receiver lacks: <see cref="StatementsMessage"/>.</summary>
    Statements = 2,
}
