using Kith.Node;
using Kith.Node.Kestrel;
using Microsoft.AspNetCore.Authentication;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes members of the private network the users of an application.</summary>
public static class KithAuthenticationExtensions
{
    /// <summary>
    /// Authenticates callers by the key of their device, as the default scheme, so that <c>[Authorize]</c>, <c>RequireAuthorization()</c> and roles (<c>member</c>,
    /// <c>admin</c>) work; see <see cref="KithClaims"/>. Nothing is asked of the caller. Adds authorization too.
    /// </summary>
    public static AuthenticationBuilder AddKithAuthentication(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddAuthorization().AddAuthentication(KithClaims.Scheme).AddKith();
    }

    /// <summary>Adds the scheme <see cref="KithClaims.Scheme"/> beside others.</summary>
    public static AuthenticationBuilder AddKith(this AuthenticationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<AuthenticationSchemeOptions, KithAuthenticationHandler>(KithClaims.Scheme, "Kith", null);
    }
}
