using Kith.Node;

namespace Kith.Apps.Sending.Incoming;

/// <summary>What a device would like to send. All of it is what that device says.</summary>
/// <param name="From">The device.</param>
/// <param name="Files">How many files and links.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="Roots">How many files and folders were named.</param>
/// <param name="First">The name of the first of them, fit to be shown.</param>
public sealed record IncomingOffer(KithPeer From, long Files, long Bytes, long Roots, string First);
