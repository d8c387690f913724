using Kith.Node;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Clients of <c>IHttpClientFactory</c> that reach members.</summary>
public static class KithHttpExtensions
{
    /// <summary>Makes the requests of a named or typed client go over Kith. Needs <c>AddKith</c>.</summary>
    /// <param name="builder">What <c>AddHttpClient</c> returned.</param>
    public static IHttpClientBuilder UseKith(this IHttpClientBuilder builder) =>
        builder.ConfigurePrimaryHttpMessageHandler(static services => services.GetRequiredService<IKithTransport>().CreateHttpHandler());
}
