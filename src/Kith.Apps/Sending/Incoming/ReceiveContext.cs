using Kith.Node;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Incoming;

/// <summary>What every connection of a receiver needs.</summary>
/// <param name="Options">How to receive.</param>
/// <param name="Target">The folder that receives.</param>
/// <param name="Questions">Somebody who can be asked, or null.</param>
/// <param name="Observer">Who hears what happens.</param>
internal sealed record ReceiveContext(ReceiveOptions Options, RootedDirectory Target, IReceiveQuestions? Questions, ITransferObserver Observer)
{
    private readonly Lock _gate = new();

    /// <summary>Tells the observer, one at a time.</summary>
    public void Tell(TransferEvent transferEvent)
    {
        lock (_gate)
        {
            Observer.Handle(transferEvent);
        }
    }

    /// <summary>Counts are read while their transfer runs, to show how far it is.</summary>
    public IDisposable Show(TransferCount count) => Observer.Watch(count.Read, () => count.Current);

    /// <summary>Whether a device is one from which everything is taken.</summary>
    public bool IsTrusted(KithPeer peer) => Options.AcceptAll || Options.Trusted.Any(text => IsMeant(text, peer));

    private static bool IsMeant(string text, KithPeer peer)
    {
        const int PrefixMin = 6;
        string id = peer.Id.ToString();
        return string.Equals(text, peer.Name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(text, $"{peer.Name}.{peer.NetworkName}", StringComparison.OrdinalIgnoreCase)
            || string.Equals(text, $"{peer.Name}.{peer.NetworkName}.kith", StringComparison.OrdinalIgnoreCase)
            || string.Equals(text, peer.Address.Address.ToString(), StringComparison.OrdinalIgnoreCase)
            || (text.Length >= PrefixMin && id.StartsWith(text, StringComparison.Ordinal));
    }
}
