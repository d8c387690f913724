namespace Kith.Apps.Sending.Streams;

/// <summary>The receiver does not want the transfer.</summary>
internal sealed class TransferRefusedException(string reason) : Exception(reason);
