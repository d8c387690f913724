namespace Kith.Apps.Sending.Wire;

/// <summary>Why a side ends a transfer before it is complete. In every case what is there stays, and it can go on from there.</summary>
internal enum StopReason : byte
{
    /// <summary>Whoever sits there wanted it.</summary>
    Stopped,

    /// <summary>The other side broke the protocol.</summary>
    Protocol,

    /// <summary>The receiver's disk is full.</summary>
    DiskFull,

    /// <summary>The receiver may not write where it should.</summary>
    NotPermitted,

    /// <summary>Anything else; the text says what.</summary>
    Failed,
}
