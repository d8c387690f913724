using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dns;

namespace Kith.Node.Resolving;

/// <summary>Looks up the names under which the core seeks members. The core asks for a name again only when it has been told what came of it, or after a minute. Thread-safe.</summary>
internal sealed class DnsService(NodeCore core, CoreInbox inbox) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Looks a name up in the background and tells the core.</summary>
    public void LookUp(DnsName name) => _ = LookUpAsync(name);

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    private async Task LookUpAsync(DnsName name)
    {
        try
        {
            (TxtAnswer? answer, string? failure) = await TxtResolver.LookUpAsync(name, NameServers.Read(), _stop.Token).ConfigureAwait(false);
            inbox.PostWork(now => core.HandleDnsAnswer(now, name, answer, failure));
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }
}
