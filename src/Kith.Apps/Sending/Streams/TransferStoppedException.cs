using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Streams;

/// <summary>The other side ended the transfer and said why.</summary>
internal sealed class TransferStoppedException(StopRecord stop) : Exception(stop.Text)
{
    /// <summary>What it said.</summary>
    public StopRecord Stop { get; } = stop;
}
