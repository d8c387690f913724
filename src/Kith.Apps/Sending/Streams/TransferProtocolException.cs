namespace Kith.Apps.Sending.Streams;

/// <summary>The other side said something that `kith/send/1` does not allow.</summary>
internal sealed class TransferProtocolException(string message) : Exception(message);
