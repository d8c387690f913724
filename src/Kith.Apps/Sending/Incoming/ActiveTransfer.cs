using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>A transfer that a receiver is at.</summary>
/// <param name="Transfer">The sender's name for it.</param>
/// <param name="Stop">Ends it, because the same one has come anew.</param>
/// <param name="Ended">Completes when it has ended.</param>
internal sealed record ActiveTransfer(Bytes16 Transfer, CancellationTokenSource Stop, TaskCompletionSource Ended);
