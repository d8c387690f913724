using Kith.Node;

namespace Microsoft.AspNetCore.Http;

/// <summary>Who calls.</summary>
public static class KithHttpContextExtensions
{
    /// <summary>The device that sent a request, or null if the request did not come over Kith.</summary>
    public static KithPeer? GetKithPeer(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IKithPeerFeature>()?.Peer;
    }
}
