using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kith.Node.Kestrel;

/// <summary>Callers that came over Kith are who their key says; all others are nobody.</summary>
internal sealed class KithAuthenticationHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        Context.GetKithPeer() is { } peer
            ? AuthenticateResult.Success(new AuthenticationTicket(KithClaims.ToPrincipal(peer), Scheme.Name))
            : AuthenticateResult.NoResult());
}
