namespace Kith.Apps.Proxying;

/// <summary>The proxy does not go there.</summary>
internal sealed class ProxyRefusedException(ProxyDestination destination)
    : Exception($"{destination.Host} is no device of this network, and this proxy goes to those only (kith proxy --all sends the rest straight).");
