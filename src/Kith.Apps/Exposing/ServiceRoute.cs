namespace Kith.Apps.Exposing;

/// <summary>The paths under which a running node's services are spoken of on its control socket, beside the node's own.</summary>
public static class ServiceRoute
{
    /// <summary>GET: an array of <see cref="ServiceStatus"/>.</summary>
    public const string List = "/v1/services";

    /// <summary>POST <see cref="ExposeRequest"/>: a <see cref="ServiceStatus"/>.</summary>
    public const string Expose = "/v1/expose";

    /// <summary>POST <see cref="UnexposeRequest"/>: a <see cref="ServiceStatus"/>.</summary>
    public const string Unexpose = "/v1/unexpose";
}
