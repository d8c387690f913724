namespace Kith.Apps.Piping;

/// <summary>The first byte of a message before a pipe is open.</summary>
internal enum PipeMessageKind : byte
{
    /// <summary>From the device with the lower id: let us be the two; a nonce follows.</summary>
    Offer = (byte)'O',

    /// <summary>From the device with the higher id: I am here, call me.</summary>
    Knock = (byte)'K',

    /// <summary>Yes; a nonce and a proof follow.</summary>
    Accept = (byte)'A',

    /// <summary>To a knock: I shall call.</summary>
    Calling = (byte)'C',

    /// <summary>The pipe has its two ends already.</summary>
    Taken = (byte)'T',

    /// <summary>From the caller, after an acceptance: it is open; a proof comes before.</summary>
    Go = (byte)'G',
}
