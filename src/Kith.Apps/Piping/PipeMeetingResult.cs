namespace Kith.Apps.Piping;

/// <summary>What came of one stream of a meeting.</summary>
internal enum PipeMeetingResult
{
    /// <summary>Nothing: the stream is of no more use.</summary>
    Nothing,

    /// <summary>The stream is the pipe.</summary>
    Met,

    /// <summary>The other one knocked and is to be called.</summary>
    Knocked,

    /// <summary>The other one has its two ends already.</summary>
    Taken,
}
